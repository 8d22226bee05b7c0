using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Following;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Methods;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Gateway.Submission;
using SharedSequencer.Gateway.Upstream;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Gateway;

/// <summary>Puts the gateway together.</summary>
internal static class GatewayProgram
{
    /// <summary>The listener's name, to ask for its URL.</summary>
    public const string Listener = "wallets";

    /// <summary>A request to the node that takes longer has failed: wallets give up after about 10 s.</summary>
    private static readonly TimeSpan s_nodeTimeout = TimeSpan.FromSeconds(3);

    /// <param name="logOutput">Standard output when null.</param>
    public static ProgramHost Build(GatewayOptions options, SecretKey key, TextWriter? logOutput = null)
    {
        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "gateway",
            Listeners = [new Listener(Listener, options.Listen)],
            LogLevel = options.LogLevel,
            LogOutput = logOutput,
            MaximumRequestBytes = RpcEndpoint.DrainedBytes,
            MaximumConnectionsPerClient = options.MaximumConnectionsPerClient,
            RequestsPerSecond = options.MaximumCallsPerSecond,
        });
        AddServices(builder.Services, options, key);
        builder.ReadyWhen(s => Check("sequencer", () => s.GetRequiredService<NamespaceView>().Fault));
        builder.ReadyWhen(s => Check("execution_client", () => s.GetRequiredService<ExecutionWatch>().Fault));
        builder.ReadyWhen(s => Check("slices", () => s.GetRequiredService<SliceView>().Fault));
        builder.Map(app => app.Services.GetRequiredService<RpcEndpoint>().Map(app));
        return builder.Build();
    }

    /// <summary>The key of the paying account; a fresh one is written when there is none.</summary>
    /// <exception cref="ConfigurationException">The file is open to others or holds no key.</exception>
    public static SecretKey LoadKey(string path)
    {
        try
        {
            return SecretKey.Parse(PrivateFile.ReadOrCreate(path, () => SecretKey.Generate().ToSecretHex()));
        }
        catch (FormatException error)
        {
            throw new ConfigurationException($"{path}: {error.Message}");
        }
    }

    private static ReadinessCheck Check(string name, Func<string?> fault) => ReadinessCheck.Of(name, fault);

    private static void AddServices(IServiceCollection services, GatewayOptions options, SecretKey key)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new SequencerClient(options.NodeUrl, options: new SequencerClientOptions
        {
            RequestTimeout = s_nodeTimeout,
            MaximumBackoff = TimeSpan.FromSeconds(1),
        }));
        services.AddSingleton(s => new PayingAccount(options, s.GetRequiredService<SequencerClient>(), key));
        services.AddSingleton(_ => new GethRpc(new JsonRpcClient(options.GethUrl, options.UpstreamTimeout, options.MaximumResponseBytes)));
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<PendingPool>();
        services.AddSingleton<TransactionHistory>();
        services.AddSingleton<SubmissionLedger>();
        services.AddSingleton<ExecutionView>();
        services.AddSingleton<NamespaceView>();
        services.AddSingleton<SliceView>();
        services.AddSingleton<PlaceFinder>();
        services.AddSingleton<TransactionIntake>();
        services.AddSingleton<ExecutionClient>();
        services.AddSingleton<RpcRouter>();
        services.AddSingleton<RpcEndpoint>();

        services.AddSingleton<IRpcMethod, SendRawTransaction>();
        services.AddSingleton<IRpcMethod, GetTransactionCount>();
        services.AddSingleton<IRpcMethod, GetTransactionByHash>();
        services.AddSingleton<IRpcMethod, GetTransactionStatus>();
        services.AddSingleton<IRpcMethod>(new EmptyList("eth_accounts"));

        services.AddSingleton<NamespaceWatch>();
        services.AddSingleton<ExecutionWatch>();
        services.AddSingleton<SliceWatch>();
        services.AddSingleton<SubmissionService>();
        services.AddSingleton<SubmissionWatch>();
        services.AddHostedService(s => s.GetRequiredService<NamespaceWatch>());
        services.AddHostedService(s => s.GetRequiredService<ExecutionWatch>());
        services.AddHostedService(s => s.GetRequiredService<SliceWatch>());
        services.AddHostedService(s => s.GetRequiredService<SubmissionService>());
        services.AddHostedService(s => s.GetRequiredService<SubmissionWatch>());
    }
}
