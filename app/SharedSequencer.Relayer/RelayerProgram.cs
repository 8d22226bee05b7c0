using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Logging;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Relayer.Anchoring;
using SharedSequencer.Relayer.Configuration;
using SharedSequencer.Relayer.Executing;
using SharedSequencer.Relayer.Status;

namespace SharedSequencer.Relayer;

/// <summary>Puts the relayer together from its configuration.</summary>
internal static class RelayerProgram
{
    /// <summary>The relayer's host, not started.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot work.</exception>
    public static ProgramHost Build(SettingValues settings, string home)
    {
        var anchoring = settings.Get(RelayerSettings.BitcoinNetwork) != "off";
        var executing = settings.Get(RelayerSettings.ExecutorKind) != "off";
        if (!anchoring && !executing)
            throw new ConfigurationException("bitcoin.network and executor.kind are both off: there is nothing to relay.");

        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "relayer",
            Listeners = [new Listener("public", settings.Get(RelayerSettings.Listen))],
            LogLevel = LogLevelSetting.Parse(settings.Get(RelayerSettings.LogLevel)),
        });
        builder.Services.AddSingleton(_ => new SequencerClient(settings.Get(RelayerSettings.NodeUrl)));
        if (executing)
            AddExecutor(builder, settings, home);
        if (anchoring)
            AddAnchors(builder, settings, home);
        builder.Map(app => StatusEndpoint.Map(app, app.Services.GetService<ExecutorStatus>(), app.Services.GetService<AnchorStatus>()));
        return builder.Build();
    }

    private static void AddExecutor(ProgramHostBuilder builder, SettingValues settings, string home)
    {
        var name = settings.Get(RelayerSettings.ExecutorNamespace);
        if (name.Length == 0)
            throw new ConfigurationException("executor.namespace is empty: name the rollup's namespace.");
        var id = NamespaceId.OfName(name);
        var secretFile = settings.Get(RelayerSettings.GethSecretFile);
        if (!File.Exists(secretFile))
            throw new ConfigurationException($"executor.geth_jwt_file is '{secretFile}', which does not exist: name the file that geth was started with.");

        builder.Services
            .AddSingleton(_ => new ExecutionJournal(Path.Combine(home, "data", "relayer.db")))
            .AddSingleton<ExecutorStatus>()
            .AddSingleton(_ => new GethRpc(new JsonRpcClient(settings.Get(RelayerSettings.GethUrl))))
            .AddSingleton(_ => new EngineApi(settings.Get(RelayerSettings.GethEngineUrl), EngineSecret.Load(secretFile)))
            .AddSingleton<IRollupExecutor>(services => new EvmExecutor(
                new EvmRollupRules { Namespace = id, ChainId = (ulong)settings.Get(RelayerSettings.EvmChainId) },
                services.GetRequiredService<GethRpc>(),
                services.GetRequiredService<EngineApi>(),
                new EvmExecutorOptions { KnownBlockHash = slice => services.GetRequiredService<ExecutionJournal>().Find(slice)?.ExecutorHash },
                services.GetRequiredService<ILogger<EvmExecutor>>()))
            .AddSingleton(services => ActivatorUtilities.CreateInstance<FirmGate>(services, id))
            .AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<ExecutorDriver>(services, id));
        builder.ReadyWhen(services => ReadinessCheck.Of("executor", () => services.GetRequiredService<ExecutorStatus>().Problem));
    }

    private static void AddAnchors(ProgramHostBuilder builder, SettingValues settings, string home)
    {
        var options = AnchorOptions.From(settings, home);
        var tokenFile = settings.Get(RelayerSettings.NodeAdminTokenFile);
        if (tokenFile.Length == 0)
            throw new ConfigurationException("node_admin_token_file is empty: name the token file in the node's home.");
        var keyFile = Path.Combine(home, settings.Get(RelayerSettings.BitcoinKeyFile));
        var key = KeyOf(keyFile, PrivateFile.ReadOrCreate(keyFile, () => SecretKey.Generate().ToSecretHex()));

        builder.Services
            .AddSingleton<NodeAnchorSource>()
            .AddSingleton(_ => new SequencerAdminClient(settings.Get(RelayerSettings.NodeAdminUrl), PrivateFile.Read(tokenFile)))
            .AddSingleton(services => new AnchorReporter(
                services.GetRequiredService<SequencerAdminClient>(),
                services.GetService<FirmGate>(),
                services.GetRequiredService<ILogger<AnchorReporter>>()))
            .AddSingleton<AnchorStatus>()
            .AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<AnchorService>(services, options, key));
        builder.ReadyWhen(services => ReadinessCheck.Of("bitcoin", () => services.GetRequiredService<AnchorStatus>().Problem));
    }

    private static SecretKey KeyOf(string file, string text)
    {
        try
        {
            return SecretKey.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{file}: {e.Message}");
        }
    }
}
