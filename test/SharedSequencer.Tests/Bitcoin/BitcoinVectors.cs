using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>The vectors of the BIPs, read in place.</summary>
internal static class BitcoinVectors
{
    public static JsonElement Read(string folder, string file)
    {
        var vectors = Environment.GetEnvironmentVariable("VECTORS");
        if (string.IsNullOrEmpty(vectors))
            vectors = Path.Combine(ProgramFinder.FindRoot(), "..", "shared", "vectors");
        var path = Path.Combine(vectors, folder, file);
        if (!File.Exists(path))
            Assert.Ignore($"{folder}/{file} is missing in {vectors}: set VECTORS to the folder that holds it.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
