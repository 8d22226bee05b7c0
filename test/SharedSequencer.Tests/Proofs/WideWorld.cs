using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Tests.Proofs;

/// <summary>One rich account that registers any number of namespaces and fills blocks with any number of entries.</summary>
internal sealed class WideWorld
{
    private const int ActionsAtATime = 256;

    private static readonly SecretKey s_key = SecretKey.From([.. Enumerable.Repeat((byte)5, 32)]);

    private readonly Random _random;

    public WideWorld(int seed, int namespaces)
    {
        _random = new Random(seed);
        Namespaces = [.. Enumerable.Range(0, namespaces).Select(i => NamespaceId.OfName($"wide-{i}"))];
        Chain = new TestChain(new GenesisState
        {
            ChainId = "wide-chain",
            Time = new BlockTime(1_700_000_000, 0),
            Parameters = new ChainParameters { MinimumNamespaceDeposit = 1 },
            Accounts = [new(s_key.PublicKey, 1_000_000_000_000_000)],
        });
        foreach (var names in Enumerable.Range(0, namespaces).Chunk(ActionsAtATime))
            Chain.Add(Sign([.. names.Select(i => new RegisterNamespace($"wide-{i}", new NamespaceSettings { DataMode = DataMode.Full }, 1))], Nonce));
    }

    public TestChain Chain { get; }

    public IReadOnlyList<NamespaceId> Namespaces { get; }

    private ulong Nonce => Chain.State.Account(s_key.PublicKey).Nonce;

    /// <summary>A block of so many entries, spread over so many of the namespaces; the block is empty when there are none.</summary>
    public void AddBlock(int entries, int namespaces)
    {
        var chosen = Namespaces.OrderBy(_ => _random.Next()).Take(namespaces).ToArray();
        List<TransactionAction> actions = [];
        for (var i = 0; i < entries; i++)
        {
            var payload = new byte[_random.Next(1, 60)];
            _random.NextBytes(payload);

            // Each of them at least once, as far as the entries reach.
            actions.Add(new SubmitData(i < chosen.Length ? chosen[i] : chosen[_random.Next(chosen.Length)], payload));
        }

        var nonce = Nonce;
        Chain.Add([.. actions.Chunk(_random.Next(1, ActionsAtATime + 1)).Select(chunk => Sign(chunk, nonce++))]);
    }

    /// <summary>A block with one entry of one namespace.</summary>
    public void AddEntry(NamespaceId id, byte[] payload) => Chain.Add(Sign([new SubmitData(id, payload)], Nonce));

    private SignedTransaction Sign(IReadOnlyList<TransactionAction> actions, ulong nonce) => SignedTransaction.Sign(
        new TransactionBody
        {
            ChainId = Chain.State.ChainId,
            Nonce = nonce,
            MaxFeePerByte = 1_000_000,
            TipPerByte = 0,
            ExpiryTime = Chain.State.Time.Seconds + 100,
            Actions = actions,
        },
        s_key);
}
