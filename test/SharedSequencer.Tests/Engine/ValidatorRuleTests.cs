using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.AbciProto.Crypto;
using SharedSequencer.AbciProto.Types;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine;

namespace SharedSequencer.Tests.Engine;

internal sealed class ValidatorRuleTests
{
    [Test]
    public async Task A_change_of_power_acts_two_heights_later_and_of_parameters_one_height_later()
    {
        await using var rig = new EngineRig();
        var key = rig.Home.Prepare();
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                var response = next(request);
                if (request.Height == 3)
                {
                    response.ValidatorUpdates.Add(Update(key, 25));
                    response.ConsensusParamUpdates = new AbciProto.Types.ConsensusParams { Block = new BlockParams { MaxBytes = 1_000_000, MaxGas = 7 } };
                }

                return response;
            },
        };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(6);

        var blocks = await rig.AuditAsync();
        var powers = new List<long>();
        for (var height = 1; height <= 7; height++)
            powers.Add((await rig.Rpc.ValidatorsAsync(height, height <= 6 ? blocks[height - 1].Header.ValidatorsHash : blocks[^1].Header.NextValidatorsHash)).TotalVotingPower);
        Assert.That(powers, Is.EqualTo(new[] { 10, 10, 10, 10, 25, 25, 25 }));
        var sizes = new List<long>();
        for (var height = 1; height <= 6; height++)
            sizes.Add((await rig.Rpc.ConsensusParamsAsync(height)).MaximumBlockBytes);
        Assert.That(sizes, Is.EqualTo(new[] { 4194304, 4194304, 4194304, 1_000_000, 1_000_000, 1_000_000 }));
        Assert.That((await rig.Rpc.BlockResultsAsync(3)).ValidatorChanges.Single().Power, Is.EqualTo(25));
    }

    [Test]
    public async Task A_second_validator_stops_the_engine_before_the_block_is_committed()
    {
        await using var rig = new EngineRig();
        var other = ConsensusKey.From(new byte[32]);
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                var response = next(request);
                if (request.Height == 2)
                    response.ValidatorUpdates.Add(Update(other, 5));
                return response;
            },
        };
        await rig.StartAsync();

        var error = Assert.ThrowsAsync<EngineException>(() => rig.Running.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.That(error!.Message, Does.Contain("makes").And.Contains("exactly one").And.Contains("CometBFT"));
        Assert.That(rig.Application.Info(new RequestInfo()).LastBlockHeight, Is.EqualTo(1));
    }

    [Test]
    public async Task The_only_validator_cannot_leave()
    {
        await using var rig = new EngineRig();
        var key = rig.Home.Prepare();
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnFinalize = (request, next) =>
            {
                var response = next(request);
                response.ValidatorUpdates.Add(Update(key, 0));
                return response;
            },
        };
        await rig.StartAsync();

        var error = Assert.ThrowsAsync<EngineException>(() => rig.Running.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.That(error!.Message, Does.Contain("power of 0"));
    }

    [Test]
    public async Task Genesis_with_two_validators_or_with_another_key_is_refused_before_the_application_is_told()
    {
        await using var rig = new EngineRig();
        var text = await File.ReadAllTextAsync(rig.Home.GenesisFile);
        var own = Convert.ToBase64String(rig.Home.Prepare().Span);
        var told = 0;
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnInitChain = (request, next) =>
            {
                told++;
                return next(request);
            },
        };
        var genesis = GenesisDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        var other = new GenesisValidator(ConsensusKey.From(new byte[32]), 10, "");

        await File.WriteAllTextAsync(rig.Home.GenesisFile, (genesis with { Validators = [genesis.Validators[0], other] }).ToJson());
        Assert.That(Assert.ThrowsAsync<EngineException>(() => rig.StartAsync())!.Message, Does.Contain("2 validators").And.Contains("CometBFT"));
        await rig.StopAsync();
        File.Delete(rig.Home.Database);

        await File.WriteAllTextAsync(rig.Home.GenesisFile, (genesis with { Validators = [other] }).ToJson());
        Assert.That(Assert.ThrowsAsync<EngineException>(() => rig.StartAsync())!.Message, Does.Contain("this engine's key"));
        Assert.That(told, Is.Zero, own);
    }

    [Test]
    public async Task Another_genesis_than_the_chains_own_is_refused()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(2);
        await rig.StopAsync();
        var text = await File.ReadAllTextAsync(rig.Home.GenesisFile);
        await File.WriteAllTextAsync(rig.Home.GenesisFile, text.Replace("4194304", "4194305", StringComparison.Ordinal));

        var error = Assert.ThrowsAsync<EngineException>(() => rig.StartAsync());

        Assert.That(error!.Message, Does.Contain("not the genesis").And.Contains("--reset"));
    }

    [Test]
    public async Task Vote_extensions_are_signed_and_handed_to_the_next_proposal()
    {
        await using var rig = new EngineRig();
        var text = await File.ReadAllTextAsync(rig.Home.GenesisFile);
        var genesis = GenesisDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        await File.WriteAllTextAsync(
            rig.Home.GenesisFile, (genesis with { ConsensusParams = genesis.ConsensusParams with { VoteExtensionsEnableHeight = 3 } }).ToJson());
        List<(long Height, ExtendedVoteInfo Vote)> seen = [];
        rig.Wrap = application => new ScriptedBlocks(application)
        {
            OnExtend = request => new ResponseExtendVote { VoteExtension = ByteString.CopyFromUtf8($"of {request.Height}") },
            OnPrepare = (request, next) =>
            {
                seen.AddRange(request.LocalLastCommit.Votes.Select(vote => (request.Height, vote)));
                return next(request);
            },
        };
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(5);

        Assert.That(seen.Select(s => (s.Height, s.Vote.VoteExtension.ToStringUtf8())), Is.EqualTo(new[] { (2L, ""), (3L, ""), (4L, "of 3"), (5L, "of 4") }));
        var vote = seen[2].Vote;
        var bytes = SharedSequencer.CometBft.Types.CanonicalVote.ExtensionSignBytes(EngineRig.ChainId, 3, 0, vote.VoteExtension.Span);
        Assert.That(rig.Home.Prepare().Verify(bytes, vote.ExtensionSignature.Span));
        _ = await rig.AuditAsync();
    }

    private static ValidatorUpdate Update(ConsensusKey key, long power) => new()
    {
        PubKey = new PublicKey { Ed25519 = ByteString.CopyFrom(key.Span) },
        Power = power,
    };
}
