using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.SystemTests.Mempool;

/// <summary>Many accounts with coins, and transactions of each that build on one another.</summary>
internal static class FundedAccounts
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    public static async Task<(List<AccountId> Accounts, List<SignedTransaction> Transactions)> FundAsync(
        LocalNetwork network, SequencerClient client, int accounts, int each)
    {
        var keys = Enumerable.Range(1, accounts).Select(i => SecretKey.From(Hash256.Of(BitConverter.GetBytes(i)).Span)).ToList();
        var status = await client.GetStatusAsync();
        var funding = Sign(network.Developer, 0, [.. keys.Select(k => new Transfer(k.PublicKey, 10_000_000))]);
        await client.SubmitAsync(funding.Raw);
        await client.WaitForAsync(funding.Id, "final", s_limit);
        List<SignedTransaction> all = [];
        foreach (var key in keys)
        {
            for (var nonce = 0; nonce < each; nonce++)
                all.Add(Sign(key, (ulong)nonce, [new Transfer(network.Developer.PublicKey, 1)]));
        }

        return ([.. keys.Select(k => k.PublicKey)], all);

        SignedTransaction Sign(SecretKey key, ulong nonce, IReadOnlyList<TransactionAction> actions) => SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = status.ChainId,
                Nonce = nonce,
                MaxFeePerByte = 100,
                TipPerByte = 0,
                ExpiryTime = status.Time.ToUnixTimeSeconds() + 3600,
                Actions = actions,
            },
            key);
    }

    public static async Task UntilNoncesAsync(IReadOnlyList<SequencerClient> clients, List<AccountId> accounts, ulong nonce)
    {
        using var deadline = new CancellationTokenSource(s_limit);
        foreach (var client in clients)
        {
            foreach (var account in accounts)
            {
                while (await client.GetAccountAsync(account, deadline.Token) is var state && state.Nonce != nonce)
                {
                    if (deadline.IsCancellationRequested)
                        Assert.Fail($"{client.Node}: {account} is stuck at nonce {state.Nonce} of {nonce}; the pool has {state.PendingNonce}");
                    await Task.Delay(50);
                }
            }
        }
    }
}
