using System.Collections.Immutable;
using SharedSequencer.CometBft.Json;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>One step of a proof, of a type that the verifier must know.</summary>
public sealed record ProofOperator(string Type, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Data);

/// <summary>The application's answer to Query. Code 0 is success.</summary>
/// <param name="Height">The state's height; its app hash is in the header of Height + 1.</param>
public sealed record QueryAnswer(
    uint Code,
    string Codespace,
    string Log,
    string Info,
    long Height,
    long Index,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    ImmutableArray<ProofOperator> ProofOperators)
{
    private const int MaximumOperators = 16;

    internal static QueryAnswer Read(JsonField json) => new(
        json.Get("code").UInt32(),
        json.Get("codespace").Text(),
        json.Get("log").Text(),
        json.Get("info").Text(),
        json.Get("height").Int64(),
        json.Get("index").Int64(),
        json.Get("key").Base64(),
        json.Get("value").Base64(),
        json.TryGet("proofOps", out var proof) && proof.TryGet("ops", out var operators)
            ? operators.Array(MaximumOperators, ReadOperator)
            : []);

    private static ProofOperator ReadOperator(JsonField json) =>
        new(json.Get("type").Text(), json.Get("key").Base64(), json.Get("data").Base64());
}
