namespace SharedSequencer.Client;

/// <summary>Why a follower turned away from a node.</summary>
/// <param name="Node">Whom it had asked.</param>
/// <param name="Error">
/// <see cref="UnprovenAnswerException"/>: the node lied, or its chain is not the trusted one. Otherwise it could not be
/// reached, or refused.
/// </param>
public sealed record NodeFault(Uri Node, Exception Error);
