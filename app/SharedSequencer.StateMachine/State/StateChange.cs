namespace SharedSequencer.StateMachine.State;

/// <summary>One key's new value in the state.</summary>
/// <param name="Value">Null when the key is removed.</param>
public readonly record struct StateChange(byte[] Key, byte[]? Value);
