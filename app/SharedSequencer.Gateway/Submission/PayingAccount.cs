using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Gateway.Submission;

/// <summary>The gateway's account in the sequencer: it signs and pays for all submissions, with consecutive nonces.</summary>
internal sealed class PayingAccount(GatewayOptions options, SequencerClient node, SecretKey key) : IDisposable
{
    private const int Attempts = 3;

    private volatile AccountSender _sender = Create(options, node, key);

    public AccountId Id => key.PublicKey;

    public void Dispose() => _sender.Dispose();

    /// <summary>Submits the actions as one transaction; errors are <see cref="AccountSender.SendAsync"/>'s.</summary>
    public Task<SentTransaction> SendAsync(IReadOnlyList<TransactionAction> actions, CancellationToken cancellation) =>
        _sender.SendAsync(actions, cancellation);

    /// <summary>Submits the same bytes again.</summary>
    public Task<SubmitTransactionResponse> ResubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        _sender.ResubmitAsync(raw, cancellation);

    /// <summary>A submission is dead and its nonce free again: the next one asks the node where to go on.</summary>
    public void ForgetNonce() => _sender = Create(options, node, key);

    /// <summary>Uses up the nonce that a dead submission left free, so that those behind it can run: a transfer to itself.</summary>
    public async Task FillGapAsync(CancellationToken cancellation)
    {
        ForgetNonce();
        await SendAsync([new Transfer(Id, 1)], cancellation);
    }

    private static AccountSender Create(GatewayOptions options, SequencerClient node, SecretKey key) =>
        new(node, key, new AccountSenderOptions { Lifetime = options.SubmissionLifetime, Attempts = Attempts });
}
