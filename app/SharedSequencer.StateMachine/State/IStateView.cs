using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.StateMachine.State;

/// <summary>The state as a transaction reads it: committed, or a fork of it.</summary>
public interface IStateView
{
    string ChainId { get; }

    ChainParameters Parameters { get; }

    /// <summary>Fees that no one has received yet, in useq.</summary>
    ulong FeeAccount { get; }

    /// <summary>How far all usage is ahead of its target.</summary>
    FeeMeter FeeMeter { get; }

    /// <summary>How far a namespace's usage is ahead of its target.</summary>
    FeeMeter NamespaceMeter(NamespaceId id);

    /// <summary>An account; the empty record when it never was touched.</summary>
    AccountRecord Account(AccountId id);

    /// <summary>A namespace, or null when it is not registered.</summary>
    NamespaceRecord? Namespace(NamespaceId id);

    /// <summary>A namespace's head; the default when it has no slice.</summary>
    NamespaceHead Head(NamespaceId id);
}
