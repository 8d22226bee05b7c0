using System.Globalization;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Client.Sending;

/// <summary>What a transaction must agree with: chain id, block time, fees. Asked for once and kept for a while.</summary>
internal sealed class ChainTerms(SequencerClient client, AccountSenderOptions options)
{
    private readonly Dictionary<NamespaceId, ulong> _surcharges = [];
    private Terms? _terms;
    private long _readAt;

    private sealed record Terms(string ChainId, long Time, ulong MaximumLifetime, ulong BaseFee, ulong SuggestedTip);

    /// <summary>The node refused a transaction for them: ask anew.</summary>
    public void Forget()
    {
        _terms = null;
        _surcharges.Clear();
    }

    /// <summary>A body for the actions with the present terms.</summary>
    public async Task<TransactionBody> BodyAsync(IReadOnlyList<TransactionAction> actions, ulong nonce, CancellationToken cancellation)
    {
        var terms = await CurrentAsync(cancellation).ConfigureAwait(false);
        var tip = options.TipPerByte ?? terms.SuggestedTip;
        var maximum = options.MaxFeePerByte
            ?? Saturating(Saturating(Twice(terms.BaseFee), tip), await SurchargeAsync(actions, cancellation).ConfigureAwait(false));
        var lifetime = Math.Min((ulong)Math.Max(1, (long)options.Lifetime.TotalSeconds), terms.MaximumLifetime);
        return new TransactionBody
        {
            ChainId = terms.ChainId,
            Nonce = nonce,
            MaxFeePerByte = maximum,
            TipPerByte = tip,
            ExpiryTime = terms.Time + (long)lifetime,
            Actions = actions,
        };
    }

    private async Task<Terms> CurrentAsync(CancellationToken cancellation)
    {
        if (_terms is not null && Environment.TickCount64 - _readAt < options.TermsLifetime.TotalMilliseconds)
            return _terms;

        Forget();
        var status = await client.GetStatusAsync(cancellation).ConfigureAwait(false);
        var fees = await client.GetFeesAsync(cancellation).ConfigureAwait(false);
        _terms = new Terms(
            status.ChainId,
            status.Time.ToUnixTimeSeconds(),
            status.MaxTransactionLifetime,
            Amount(fees.BaseFeePerByte),
            Amount(fees.SuggestedTipPerByte));
        _readAt = Environment.TickCount64;
        return _terms;
    }

    private async Task<ulong> SurchargeAsync(IReadOnlyList<TransactionAction> actions, CancellationToken cancellation)
    {
        ulong highest = 0;
        foreach (var id in actions.OfType<SubmitData>().Select(action => action.Namespace).Distinct())
        {
            if (!_surcharges.TryGetValue(id, out var surcharge))
            {
                // A namespace that is not registered has none; the node will say so of the transaction.
                var record = await client.GetNamespaceAsync(id, cancellation).ConfigureAwait(false);
                surcharge = record is null ? 0 : Saturating(Amount(record.SurchargePerByte), Twice(Amount(record.FeePerByte)));
                _surcharges[id] = surcharge;
            }

            highest = Math.Max(highest, surcharge);
        }

        return highest;
    }

    private ulong Amount(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw new SequencerConnectionException(client.Node, $"The node {client.Node} gave '{text}' as an amount.");

    /// <summary>Room for what a price may rise until the transaction is in a block.</summary>
    private static ulong Twice(ulong price) => Saturating(price, price);

    private static ulong Saturating(ulong left, ulong right) => left > ulong.MaxValue - right ? ulong.MaxValue : left + right;
}
