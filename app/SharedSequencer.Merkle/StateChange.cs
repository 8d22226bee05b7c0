namespace SharedSequencer.Merkle;

/// <summary>
/// A change to one key of a <see cref="StateTree"/>: its new value, or null to take it out. ICS-23 proves nothing about
/// empty keys and values, so that neither may be empty.
/// </summary>
public readonly record struct StateChange(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);
