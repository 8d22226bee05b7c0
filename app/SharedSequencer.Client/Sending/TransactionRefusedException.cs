using SharedSequencer.Primitives;

namespace SharedSequencer.Client;

/// <summary>A node refuses a transaction for a reason that sending it again would not remove.</summary>
/// <param name="id">The transaction.</param>
/// <param name="code">A result code in snake case, such as <c>insufficient_balance</c>.</param>
/// <param name="message">For people.</param>
public sealed class TransactionRefusedException(Hash256 id, string code, string message) : Exception(message)
{
    public Hash256 Id { get; } = id;

    public string Code { get; } = code;
}
