using NUnit.Framework;

namespace SharedSequencer.Tests.Cryptography;

/// <summary>The BIP's own table, read where it lies: index, secret, public, aux, message, signature, result, comment.</summary>
internal static class Bip340Vectors
{
    public static IEnumerable<string[]> Rows()
    {
        var path = Path.Combine(Folder(), "bip340", "test-vectors.csv");
        if (!File.Exists(path))
            Assert.Ignore($"{path} is missing: the vectors of BIP 340 belong to others and are not kept here.");
        return File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',', 8));
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("VECTORS") is { Length: > 0 } named)
            return named;
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharedSequencer.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? "/", "shared", "vectors");
    }
}
