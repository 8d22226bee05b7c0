using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;
using SharedSequencer.Grpc.Messages.Health;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>A real node for all tests of its gRPC: a namespace with five slices, one of them of two entries.</summary>
internal sealed class GrpcChain : IAsyncDisposable
{
    public const string Name = "grpc-tests";

    /// <summary>How many slices the namespace has.</summary>
    public const int Slices = 5;

    private readonly LiveChain _chain;

    private GrpcChain(LiveChain chain) => _chain = chain;

    public static NamespaceId Namespace { get; } = NamespaceId.OfName(Name);

    public Uri Api => _chain.Api;

    public Uri Grpc => _chain.GrpcUrl;

    public SequencerClient Client => _chain.Client;

    /// <summary>Who sent all that is in the namespace.</summary>
    public AccountId Sender => _chain.Key.PublicKey;

    /// <summary>Heights of the slices, in order.</summary>
    public List<long> Heights { get; } = [];

    /// <summary>The transaction of the last slice.</summary>
    public Hash256 Last { get; private set; }

    /// <summary>The service's address as tools want it.</summary>
    public string Address => $"127.0.0.1:{Grpc.Port}";

    public static async Task<GrpcChain> StartAsync(NetworkEngine engine)
    {
        var chain = new GrpcChain(await LiveChain.StartAsync(engine));
        try
        {
            await chain.FillAsync();
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>An account's next transaction, signed: nobody has seen it yet.</summary>
    public async Task<SignedTransaction> NextAsync(string payload)
    {
        var account = await Client.GetAccountAsync(Sender);
        return await _chain.SignAsync(account.PendingNonce, new SubmitData(Namespace, System.Text.Encoding.UTF8.GetBytes(payload)));
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    /// <summary>gRPC's health follows readiness within a second.</summary>
    private async Task UntilHealthyAsync()
    {
        using var channel = GrpcChannel.ForAddress(Grpc);
        var check = Method<HealthCheckRequest, HealthCheckResponse>.Of(HealthReflection.Descriptor.Services[0], "Check");
        _ = await _chain.PollAsync("healthy gRPC service", async () =>
        {
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(check, new CallOptions(Deadline: DateTime.UtcNow.AddSeconds(60)), new HealthCheckRequest());
            var health = await call;
            return health.Status == HealthCheckResponse.Types.ServingStatus.Serving ? health : null;
        });
    }

    private async Task FillAsync()
    {
        await UntilHealthyAsync();
        await _chain.RegisterAsync(Name);
        using var sender = new AccountSender(Client, _chain.Key);
        for (var i = 1; i <= Slices; i++)
        {
            List<TransactionAction> actions = [new SubmitData(Namespace, System.Text.Encoding.UTF8.GetBytes($"slice {i}"))];
            if (i == 3)
                actions.Add(new SubmitData(Namespace, new byte[10_000]));
            var sent = await sender.SendAsync(actions);
            var final = await Client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
            Heights.Add(final.Height!.Value);
            Last = sent.Transaction.Id;
        }
    }
}
