using System.Text.Json;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Sending;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Client;

/// <summary>
/// Signs and submits one account's transactions, with many in flight: nonces are counted here and reconciled with the
/// node when it disagrees. Submissions go out one after the other, so that nonces arrive in order; nothing waits for
/// blocks. Safe on every thread.
/// </summary>
/// <remarks>
/// When a submission's fate is unknown because the connection broke, the same bytes are submitted again: they have one
/// id and can enter one block only. They are signed anew only after the node has refused them.
/// </remarks>
public sealed class AccountSender(SequencerClient client, SecretKey key, AccountSenderOptions? options = null) : IDisposable
{
    private static readonly string s_nonceTooLow = CodeOf(ResultCode.NonceTooLow);
    private static readonly string s_nonceGap = CodeOf(ResultCode.NonceGap);
    private static readonly string s_replacement = CodeOf(ResultCode.ReplacementUnderpriced);
    private static readonly string s_expired = CodeOf(ResultCode.Expired);
    private static readonly string s_expiryTooFar = CodeOf(ResultCode.ExpiryTooFar);
    private static readonly string s_feeTooLow = CodeOf(ResultCode.FeeTooLow);

    private readonly AccountSenderOptions _options = options ?? new AccountSenderOptions();
    private readonly ChainTerms _terms = new(client, options ?? new AccountSenderOptions());
    private readonly SemaphoreSlim _gate = new(1);
    private ulong? _nextNonce;

    /// <summary>The account that signs and pays.</summary>
    public AccountId Account => key.PublicKey;

    public void Dispose() => _gate.Dispose();

    /// <summary>Signs the actions as one transaction and submits it. Returns when a node has taken it.</summary>
    /// <exception cref="TransactionRefusedException">The node refuses it.</exception>
    /// <exception cref="SequencerConnectionException">The node did not answer to any attempt; the transaction may have been taken.</exception>
    /// <exception cref="SequencerApiException">The node takes nothing now (503: not ready, pool full), after all attempts.</exception>
    /// <exception cref="ArgumentException">The actions can be no transaction: too many, too large, or not well-formed.</exception>
    public async Task<SentTransaction> SendAsync(IReadOnlyList<TransactionAction> actions, CancellationToken cancellation = default)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await SendInOrderAsync(actions, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Submits a transaction's bytes, again when the connection breaks. For bytes that were sent before it tells their
    /// status, or tries anew if the node had evicted or rejected them.
    /// </summary>
    public async Task<SubmitTransactionResponse> ResubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation = default)
    {
        var delay = _options.RetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.SubmitAsync(raw, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (IsTransient(e) && attempt < _options.Attempts)
            {
                await Task.Delay(delay, cancellation).ConfigureAwait(false);
                delay *= 2;
            }
        }
    }

    /// <summary>Signs the actions as one transaction, submits it, and waits as <see cref="AwaitAsync"/> does.</summary>
    public async Task<TransactionStatusResponse> SendAndAwaitAsync(
        IReadOnlyList<TransactionAction> actions, string status, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var sent = await SendAsync(actions, cancellation).ConfigureAwait(false);
        return await AwaitAsync(sent.Transaction, status, timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until a transaction has reached a step, and keeps it going: the same bytes are submitted again when the node
    /// evicted or rejected them, or has forgotten them over a restart. They have one id and enter one block at most.
    /// </summary>
    /// <param name="transaction">From <see cref="SendAsync"/>, or any other that is signed.</param>
    /// <param name="status">One of final, anchored, firm (or received).</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellation">Ends the wait; the transaction goes on.</param>
    /// <returns>That step or one above it; or an end that submitting again does not change: expired, replaced.</returns>
    /// <exception cref="TransactionRefusedException">The node refuses it now, and it is in no block.</exception>
    /// <exception cref="TimeoutException">Neither happened in time.</exception>
    public async Task<TransactionStatusResponse> AwaitAsync(
        SignedTransaction transaction, string status, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        var delay = _options.RetryDelay;
        while (true)
        {
            var left = TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64));
            var step = await WaitOrLoseAsync(transaction.Id, status, left, cancellation).ConfigureAwait(false);
            if (step is { Status: not (TransactionStatuses.Evicted or TransactionStatuses.Rejected) })
                return step;

            // A full pool does not empty at once.
            left = TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64));
            if (left < delay)
                throw new TimeoutException($"Transaction {transaction.Id} is {step?.Status ?? "unknown to the node"}, not {status}, after {timeout.TotalSeconds:0.#} s.");
            await Task.Delay(delay, cancellation).ConfigureAwait(false);
            delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, TimeSpan.TicksPerSecond * 5));
            await KeepAsync(transaction, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the node does not know the transaction (any more).</summary>
    private async Task<TransactionStatusResponse?> WaitOrLoseAsync(Hash256 id, string status, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            return await client.WaitForAsync(id, status, timeout, cancellation).ConfigureAwait(false);
        }
        catch (SequencerApiException e) when (e is { Status: 404, Code: ProblemCodes.NotFound })
        {
            return null;
        }
    }

    /// <summary>Submits the same bytes again.</summary>
    private async Task KeepAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var (status, reason) = await SubmitAsync(transaction, cancellation).ConfigureAwait(false);
        if (reason is null || status == TransactionStatuses.Evicted)
            return;

        // Used nonces and the like: a block may have taken it in the meantime, through another node.
        if (await client.GetTransactionAsync(transaction.Id, cancellation).ConfigureAwait(false) is { Height: not null })
            return;
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        _nextNonce = null;
        _gate.Release();
        throw new TransactionRefusedException(transaction.Id, reason.Code, reason.Message);
    }

    private async Task<SentTransaction> SendInOrderAsync(IReadOnlyList<TransactionAction> actions, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var nonce = _nextNonce ?? await PendingNonceAsync(cancellation).ConfigureAwait(false);
            var body = await _terms.BodyAsync(actions, nonce, cancellation).ConfigureAwait(false);
            var transaction = SignedTransaction.Sign(body, key);

            // Until the answer is there, nobody knows whether the nonce is used.
            _nextNonce = null;
            var (status, reason) = await SubmitAsync(transaction, cancellation).ConfigureAwait(false);
            if (reason is null)
            {
                // A parked transaction shows that an earlier nonce is missing: the node knows which.
                _nextNonce = status == TransactionStatuses.WaitingForNonce ? null : checked(nonce + 1);
                return new SentTransaction(transaction, status);
            }

            if (attempt == _options.Attempts || !IsCurable(reason.Code))
            {
                _nextNonce = IsNonce(reason.Code) ? null : nonce;
                throw new TransactionRefusedException(transaction.Id, reason.Code, reason.Message);
            }

            if (!IsNonce(reason.Code))
            {
                _nextNonce = nonce;
                _terms.Forget();
            }
        }
    }

    /// <summary>The status, and the reason when the node refuses.</summary>
    private async Task<(string Status, TransactionReason? Reason)> SubmitAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            var answer = await ResubmitAsync(transaction.Raw, cancellation).ConfigureAwait(false);
            return TransactionLadder.IsEnd(answer.Status)
                ? (answer.Status, answer.Reason ?? new TransactionReason(answer.Status, $"The node says that the transaction is {answer.Status}."))
                : (answer.Status, null);
        }
        catch (SequencerApiException e) when (e.Status is >= 400 and < 500 && !IsTransient(e))
        {
            return (TransactionStatuses.Rejected, new TransactionReason(e.Code, e.Detail));
        }
    }

    private async Task<ulong> PendingNonceAsync(CancellationToken cancellation) =>
        (await client.GetAccountAsync(Account, cancellation).ConfigureAwait(false)).PendingNonce;

    private static bool IsNonce(string code) => code == s_nonceTooLow || code == s_nonceGap || code == s_replacement;

    private static bool IsCurable(string code) =>
        IsNonce(code) || code == s_expired || code == s_expiryTooFar || code == s_feeTooLow;

    private static bool IsTransient(Exception error) =>
        error is SequencerConnectionException or SequencerApiException { Status: 408 or 429 or >= 500 };

    /// <summary>The name in lower snake case: the API's form of a result code.</summary>
    private static string CodeOf(ResultCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
}
