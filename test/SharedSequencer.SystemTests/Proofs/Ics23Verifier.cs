using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.SystemTests.Scripts;

namespace SharedSequencer.SystemTests.Proofs;

/// <summary>One proof of the state: of absence when there is no value.</summary>
internal sealed record Ics23Case(Hash256 Root, byte[] Key, byte[]? Value, byte[] Proof);

/// <summary>A stock ICS-23 verifier (@confio/ics23, under <c>test/ics23</c>). Needs node and npm.</summary>
internal static class Ics23Verifier
{
    /// <summary>Whether it accepts each of the proofs, and why not.</summary>
    public static async Task<IReadOnlyList<(bool Accepted, string Reason)>> VerifyAsync(IReadOnlyList<Ics23Case> cases)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("cases.json");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(cases.Select(one => new Dictionary<string, string?>
        {
            ["root"] = one.Root.ToString(),
            ["key"] = Convert.ToHexStringLower(one.Key),
            ["value"] = one.Value is null ? null : Convert.ToHexStringLower(one.Value),
            ["proof"] = Convert.ToHexStringLower(one.Proof),
        })));
        var output = folder.File("verdicts.jsonl");
        await NodeScripts.RunAsync("ics23", "@confio/ics23", output, "verify.mjs", file);
        var verdicts = (await File.ReadAllLinesAsync(output)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(verdicts, Has.Count.EqualTo(cases.Count));
        return [.. verdicts.Select(v => (v.GetProperty("accepted").GetBoolean(), v.TryGetProperty("reason", out var reason) ? reason.GetString()! : ""))];
    }
}
