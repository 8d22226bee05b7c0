using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.CometBft;

[TestFixture]
public sealed class RealNodeTests
{
    // With the node's own key the set has 151 members: two pages.
    private static readonly ConsensusKey[] s_absent =
        [.. Enumerable.Range(0, 150).Select(i => ConsensusKey.From(SHA256.HashData(BitConverter.GetBytes(i))))];

    private CometNode _node = null!;

    private CometRpcClient Client => _node.Client;

    [OneTimeSetUp]
    public async Task Start() => _node = await CometNode.StartAsync(
        ProgramKind.CometBft, CometProfile.V038, s_absent, new Dictionary<string, string> { ["tx_index.indexer"] = "\"kv\"" });

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Test]
    public async Task Five_blocks_are_read_and_every_hash_recomputed()
    {
        // One block of several parts, one of several transactions or several blocks of one.
        Assert.That((await Client.BroadcastAsync(Transaction("large", 200_000))).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        for (var i = 0; i < 5; i++)
            Assert.That((await Client.BroadcastAsync(Transaction($"small{i}", 10))).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        var top = (await _node.WaitForHeightAsync(7)).LatestHeight;

        var parameters = await Client.ConsensusParamsAsync(1);
        Assert.That(parameters.MaximumBlockBytes, Is.EqualTo(4 * 1024 * 1024), "the template's value");
        var seen = new List<ReadOnlyMemory<byte>>();
        var largest = 0u;
        BlockAnswer? previous = null;
        for (var height = 1L; height <= top; height++)
        {
            var block = await Client.BlockAsync(height);
            var header = block.Header;
            Assert.That(new Block(header, block.Transactions, [], block.LastCommit).Id(), Is.EqualTo(block.BlockId));
            Assert.That(await Client.HeaderAsync(height), Is.EqualTo(header));
            Assert.That(parameters.Hash(), Is.EqualTo(header.ConsensusHash));
            seen.AddRange(block.Transactions);
            largest = Math.Max(largest, block.BlockId.Parts.Total);

            var light = await new LightBlockFetcher(Client).FetchAsync(height, block.BlockId.Hash!.Value);
            Assert.That(LightBlock.FromProto(light.ToProto()), Is.EqualTo(light));
            Assert.That(SignatureIsValid(light, _node.Home.ValidatorKey));
            var next = await _node.PollAsync<ValidatorSet>(
                "the next validators", async () => await new LightBlockFetcher(Client).FetchNextValidatorsAsync(header));
            Assert.That(next.Hash(), Is.EqualTo(header.NextValidatorsHash));

            if (previous is not null)
            {
                var results = await Client.BlockResultsAsync(height - 1);
                Assert.That(results.Hash(), Is.EqualTo(header.LastResultsHash));
                Assert.That(results.AppHash, Is.EqualTo(header.AppHash));
                Assert.That(results.Transactions, Has.Length.EqualTo(previous.Transactions.Length));
                Assert.That(previous.BlockId, Is.EqualTo(header.LastBlockId));
            }

            previous = block;
        }

        Assert.That(seen, Has.Count.GreaterThanOrEqualTo(6));
        Assert.That(largest, Is.GreaterThan(3), "no block of several parts was seen");
    }

    [Test]
    public async Task The_newest_commit_is_the_one_that_was_seen_and_an_older_one_is_canonical()
    {
        var newest = await Client.CommitAsync();
        Assert.That(newest.SignedHeader.Fault(), Is.Null);
        var height = newest.SignedHeader.Header.Height;
        await _node.WaitForHeightAsync(height + 1);
        var again = await Client.CommitAsync(height);
        Assert.That(again.Canonical);
        Assert.That(again.SignedHeader.Header, Is.EqualTo(newest.SignedHeader.Header));
        Assert.That(again.SignedHeader.Commit.Hash(), Is.EqualTo((await Client.HeaderAsync(height + 1)).LastCommitHash));
    }

    [Test]
    public async Task The_same_bytes_again_are_already_in_the_cache()
    {
        var transaction = Transaction("twice", 10);
        var first = await Client.BroadcastAsync(transaction);
        Assert.That(first.Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        Assert.That(first.Hash, Is.EqualTo(Hash256.Of(transaction)));
        var second = await Client.BroadcastAsync(transaction);
        Assert.That(second.Outcome, Is.EqualTo(BroadcastOutcome.AlreadyInCache));
        Assert.That(second.IsHeld);

        var found = await _node.PollAsync("the transaction in a block", async () => await Client.TransactionAsync(first.Hash, prove: true));
        Assert.That(found.Transaction.ToArray(), Is.EqualTo(transaction));
        Assert.That(found.IsProvenUnder((await Client.HeaderAsync(found.Height)).DataHash!.Value));
        var value = await Client.QueryAsync("", Encoding.UTF8.GetBytes("twice"));
        Assert.That(Encoding.UTF8.GetString(value.Value.Span), Is.EqualTo("xxxxxxxxxx"));
    }

    [Test]
    public async Task What_is_handed_over_without_a_check_is_checked_later()
    {
        var answer = await Client.BroadcastWithoutCheckAsync(Transaction("unchecked", 10));
        Assert.That(answer.Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        var found = await _node.PollAsync("the transaction in a block", async () => await Client.TransactionAsync(answer.Hash, prove: false));
        Assert.That(found.Proof, Is.Null);
    }

    [Test]
    public async Task A_transaction_that_the_application_refuses_has_its_code()
    {
        var answer = await Client.BroadcastAsync(Encoding.UTF8.GetBytes("neither key nor value"));
        Assert.That(answer.Outcome, Is.EqualTo(BroadcastOutcome.Refused));
        Assert.That(answer.Code, Is.Not.Zero);
        Assert.That(answer.IsHeld, Is.False);
    }

    [Test]
    public async Task The_limit_of_a_transaction_is_the_templates()
    {
        const int Limit = 512 * 1024;
        Assert.That((await Client.BroadcastAsync(Transaction("k", Limit - 2))).Outcome, Is.EqualTo(BroadcastOutcome.Accepted));
        var answer = await Client.BroadcastAsync(Transaction("k", Limit - 1));
        Assert.That(answer.Outcome, Is.EqualTo(BroadcastOutcome.TooLarge));
        Assert.That(answer.Log, Does.Contain("524288"));
    }

    [Test]
    public async Task Both_pages_of_the_validator_set_are_read()
    {
        var header = await Client.HeaderAsync(1);
        var set = await Client.ValidatorsAsync(1, header.ValidatorsHash);
        Assert.That(set.Validators, Has.Length.EqualTo(151));
        Assert.That(set.Validators[0].PublicKey, Is.EqualTo(_node.Home.ValidatorKey));
        Assert.That(set.Validators.Skip(1).Select(validator => validator.PublicKey), Is.EquivalentTo(s_absent));
    }

    [Test]
    public async Task Status_info_and_genesis_are_those_of_the_home()
    {
        await Client.HealthAsync();
        var status = await Client.StatusAsync();
        Assert.That(status.NodeId, Is.EqualTo(_node.Home.NodeId));
        Assert.That(status.ChainId, Is.EqualTo("kvstore-chain"));
        Assert.That(status.Version, Is.EqualTo("0.38.25"));
        Assert.That(status.ValidatorKey, Is.EqualTo(_node.Home.ValidatorKey));
        Assert.That(status.VotingPower, Is.EqualTo(1_000_000));
        Assert.That(status.CatchingUp, Is.False);
        Assert.That((await Client.ApplicationInfoAsync()).LastBlockHeight, Is.GreaterThan(0));

        var genesis = await Client.GenesisAsync();
        Assert.That(genesis.Validators, Has.Length.EqualTo(151));
        Assert.That(GenesisDocument.Parse(File.ReadAllBytes(_node.Home.GenesisFile)).ConsensusParams, Is.EqualTo(genesis.ConsensusParams));
    }

    [Test]
    public void A_height_that_does_not_exist_yet_is_told_apart()
    {
        Assert.That(
            Assert.ThrowsAsync<CometRpcException>(() => Client.CommitAsync(1_000_000))!.Failure, Is.EqualTo(CometRpcFailure.HeightAhead));
        Assert.That(
            Assert.ThrowsAsync<CometRpcException>(() => Client.TransactionAsync(Hash256.Zero, false))!.Failure, Is.EqualTo(CometRpcFailure.NotFound));
    }

    private static byte[] Transaction(string key, int length) => Encoding.UTF8.GetBytes(key + "=" + new string('x', length));

    private static bool SignatureIsValid(LightBlock block, ConsensusKey key)
    {
        var index = block.Validators.IndexOf(key.Address);
        return key.Verify(block.Commit.SignBytes(block.Header.ChainId, index), block.Commit.Signatures[index].Signature.Span);
    }
}
