using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// The application hash: the simple-Merkle map {<c>state</c> → simple-Merkle map {<c>root</c> → state root}}. The two
/// maps of one entry each are there so that a stock <c>cometbft light</c> verifies the state root (path
/// <c>/store/state/key</c>, key <c>root</c>).
/// </summary>
public static class AppHash
{
    private static readonly byte[] s_outerKey = "state"u8.ToArray();
    private static readonly byte[] s_innerKey = "root"u8.ToArray();

    /// <summary>The name of the store, the outer map's key.</summary>
    public static ReadOnlySpan<byte> StoreName => s_outerKey;

    /// <summary>The key of the state root, the inner map's key.</summary>
    public static ReadOnlySpan<byte> RootKey => s_innerKey;

    /// <summary>The application hash of a state root.</summary>
    public static Hash256 Of(in Hash256 stateRoot) =>
        SimpleMapProof.LeafHash(s_outerKey, SimpleMapProof.LeafHash(s_innerKey, stateRoot.Span).Span);

    /// <summary>The two proofs, inner map first, that lead from the state root to the application hash.</summary>
    public static (SimpleMapProof Inner, SimpleMapProof Outer) Prove(in Hash256 stateRoot)
    {
        // A map of one entry has that entry's leaf as its root.
        var inner = SimpleMapProof.LeafHash(s_innerKey, stateRoot.Span);
        var outer = SimpleMapProof.LeafHash(s_outerKey, inner.Span);
        return (
            new SimpleMapProof(s_innerKey, new InclusionProof(1, 0, inner, [])),
            new SimpleMapProof(s_outerKey, new InclusionProof(1, 0, outer, [])));
    }
}
