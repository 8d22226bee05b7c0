namespace SharedSequencer.Devnet.Demo;

/// <summary>The demo did not show what it should.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
