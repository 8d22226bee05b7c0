namespace SharedSequencer.Client.Light;

/// <summary>Why a header is not trusted.</summary>
/// <param name="Step">The first step that failed.</param>
/// <param name="Reason">For people: a whole sentence.</param>
public readonly record struct LightFault(LightStep Step, string Reason);
