namespace SharedSequencer.Abci.Scheduling;

/// <summary>An earlier call failed, so that no further one is made.</summary>
internal sealed class CallsHaltedException() : Exception("An earlier call failed; no further call is made.");
