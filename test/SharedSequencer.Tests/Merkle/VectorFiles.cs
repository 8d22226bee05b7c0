using System.Text.Json;
using NUnit.Framework;

namespace SharedSequencer.Tests.Merkle;

/// <summary>Finds vectors: our own under test/vectors, other projects' under $VECTORS or ../shared/vectors.</summary>
internal static class VectorFiles
{
    private static readonly string s_root = FindRoot();

    public static JsonElement Own(string path) => Read(Path.Combine(s_root, "test", "vectors", path));

    /// <summary>A folder of another project's vectors; the test is skipped where it is missing.</summary>
    public static string ForeignFolder(string name)
    {
        var vectors = Environment.GetEnvironmentVariable("VECTORS") ?? Path.Combine(s_root, "..", "shared", "vectors");
        var folder = Path.Combine(vectors, name);
        if (!Directory.Exists(folder))
            Assert.Ignore($"The vectors '{name}' are missing: {folder} does not exist. Set VECTORS to the folder that has them.");
        return folder;
    }

    public static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    public static byte[] Hex(this JsonElement element, string property) =>
        Convert.FromHexString(element.GetProperty(property).GetString()!);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SharedSequencer.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds SharedSequencer.sln.");
    }
}
