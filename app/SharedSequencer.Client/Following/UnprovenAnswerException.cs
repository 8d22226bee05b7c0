namespace SharedSequencer.Client;

/// <summary>A node's answer did not verify: it lied, it is damaged, or it follows another chain. Nothing of it was used.</summary>
/// <param name="node">The node.</param>
/// <param name="step">The step that failed: of <see cref="HistoryStep"/>, of <see cref="VerificationStep"/>, or <c>Order</c>.</param>
/// <param name="reason">For people.</param>
public sealed class UnprovenAnswerException(Uri node, string step, string reason)
    : Exception($"The node {node} gave an answer that does not verify. The step {step} fails: {reason}")
{
    public Uri Node { get; } = node;

    public string Step { get; } = step;
}
