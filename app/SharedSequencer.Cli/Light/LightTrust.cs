using System.Text.Json;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Cli.Light;

/// <summary>
/// The light client of a command. It begins with what <c>--trust</c> says, else with what was trusted before, else with
/// HOME/genesis.json. The node's own word is taken only when that is asked for, and said.
/// </summary>
internal sealed class LightTrust(CommandContext context)
{
    private const string Folder = "light";
    private const string GenesisFile = "genesis.json";
    private const long MaximumGenesisLength = 64 * 1024 * 1024;

    /// <summary>Runs what needs trusted headers, and keeps what was learnt.</summary>
    /// <param name="work">The command.</param>
    /// <param name="refused">Told of the step and the reason when a header cannot be trusted; it answers with the exit code.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<int> RunAsync(Func<LightClient, Task<int>> work, Func<string, string, int> refused, CancellationToken cancellation)
    {
        var root = RootOfOption();
        List<SequencerClient> others = [.. context.Nodes.Skip(1).Select(node => new SequencerClient(node))];
        try
        {
            var chainId = (await context.Client.GetStatusAsync(cancellation).ConfigureAwait(false)).ChainId;
            var file = TrustedFile.OfChain(context.InHome(Folder), chainId);
            root ??= file.Exists ? null : await BeginningAsync(chainId, cancellation).ConfigureAwait(false);
            using var light = await LightClient.OpenAsync(
                new LightClientSetup
                {
                    Primary = new NodeLightBlocks(context.Client),
                    Witnesses = [.. others.Select(node => new NodeLightBlocks(node))],
                    Root = root,
                    File = file,
                    Note = context.Remark,
                },
                cancellation).ConfigureAwait(false);
            try
            {
                return await work(light).ConfigureAwait(false);
            }
            finally
            {
                // Also after Ctrl-C, and when a later proof failed: what was trusted stays so.
                light.Save();
            }
        }
        catch (LightAttackException e)
        {
            return refused(NameOf(e.Step), $"{e.Message} The evidence is in {Keep(e.Attack)}.");
        }
        catch (LightClientException e) when (e.Step is not (LightStep.Source or LightStep.Store or LightStep.TrustPeriod))
        {
            return refused(NameOf(e.Step), e.Message);
        }
        catch (LightClientException e)
        {
            // Nothing is refuted: what is needed is not there.
            var hint = e.Step is LightStep.TrustPeriod or LightStep.Store or LightStep.Source ? " Say what to trust with --trust HEIGHT:HASH." : "";
            throw CliException.Failed(e is LightSourceException { Failure: not LightSourceFailure.Pruned } ? e.Message : e.Message + hint);
        }
        finally
        {
            foreach (var node in others)
                node.Dispose();
        }
    }

    private static string NameOf(LightStep step) => $"light-{JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString())}";

    private TrustRoot? RootOfOption()
    {
        if (context.Trust is not { } text)
            return null;
        if (context.TrustFirst)
            throw CliException.Usage("Give --trust or --trust-first, not both.");
        return TrustRoot.Parse(text);
    }

    private async Task<TrustRoot> BeginningAsync(string chainId, CancellationToken cancellation)
    {
        var path = context.InHome(GenesisFile);
        if (File.Exists(path))
        {
            var genesis = ReadGenesis(path);
            return genesis.ChainId == chainId
                ? TrustRoot.FromGenesis(genesis)
                : throw CliException.Failed($"{path} is of chain '{genesis.ChainId}', the node of chain '{chainId}'. Name another node, or the chain's home folder with --home.");
        }

        if (!context.TrustFirst)
        {
            throw CliException.Usage(
                $"Nothing of chain '{chainId}' is trusted yet, so that nothing can be verified. Give --trust HEIGHT:HASH, with a block hash from a node of your own "
                + $"or from people you trust; or put the chain's genesis.json into {path}; or take this node's word once with --trust-first.");
        }

        var first = await new NodeLightBlocks(context.Client).GetAsync(null, cancellation).ConfigureAwait(false);
        var hash = first.Header.Hash();
        context.Remark(
            $"trusting height {first.Height} of chain '{first.Header.ChainId}' by the word of {context.Nodes[0]}: block hash {hash}. Compare it with what others say.");
        return TrustRoot.FromBlock(first.Height, hash);
    }

    private static GenesisDocument ReadGenesis(string path)
    {
        if (new FileInfo(path).Length > MaximumGenesisLength)
            throw CliException.Failed($"{path} is no genesis: it is larger than {MaximumGenesisLength} bytes.");
        try
        {
            return GenesisDocument.Parse(File.ReadAllBytes(path));
        }
        catch (CometJsonException e)
        {
            throw CliException.Failed($"{path} is no genesis of CometBFT: {e.Message}");
        }
    }

    private string Keep(LightAttack attack)
    {
        var path = context.InHome(Path.Combine(Folder, $"attack-{attack.FromPrimary.Height}-{attack.FromPrimary.Header.Hash().ToString()[..16]}.json"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var view = new LightAttackView(
            attack.Primary,
            attack.Witness,
            attack.Common.Height,
            [.. attack.SignedBoth.Select(validator => validator.ToString())],
            attack.Common.ToProto(),
            attack.FromPrimary.ToProto(),
            attack.FromWitness.ToProto());
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(view, CliJson.Default.LightAttackView));
        return path;
    }
}
