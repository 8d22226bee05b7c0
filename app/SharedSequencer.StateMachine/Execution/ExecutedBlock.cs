using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>A valid block and all that follows from it.</summary>
public sealed record ExecutedBlock
{
    public required BlockContext Context { get; init; }

    /// <summary>Without the preamble, in block order.</summary>
    public required IReadOnlyList<SignedTransaction> Transactions { get; init; }

    /// <summary>Null exactly when there are no transactions.</summary>
    public required byte[]? Preamble { get; init; }

    /// <summary>One for each namespace with entries, ascending.</summary>
    public required IReadOnlyList<Slice> Slices { get; init; }

    /// <summary>What it changes in the state, ordered by key.</summary>
    public required IReadOnlyList<StateChange> Changes { get; init; }

    /// <summary>The state it was executed on.</summary>
    public required ChainState Parent { get; init; }

    /// <summary>The state afterwards.</summary>
    public required ChainState State { get; init; }
}

/// <summary>A namespace's entries in one block, with its new head.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Root">RFC 6962 root over the entries' leaf data.</param>
public sealed record Slice(NamespaceId Namespace, ulong Number, IReadOnlyList<Entry> Entries, Hash256 Root, NamespaceHead Head);
