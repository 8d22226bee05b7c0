using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>A height's header and commit.</summary>
/// <param name="Canonical">
/// False at the newest height: then it is the commit that this node saw, of whichever precommits arrived in time. True
/// once the next block fixed one for all. Both are good proofs; their signatures may differ.
/// </param>
public sealed record CommitAnswer(SignedHeader SignedHeader, bool Canonical)
{
    internal static CommitAnswer Read(JsonField json) =>
        new(CometJsonReader.SignedHeader(json.Get("signed_header")), json.Get("canonical").Boolean());
}
