using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.Engine;

/// <summary>
/// Reads a whole chain over the RPC and recomputes all that CometBFT's headers and commits bind: header hash, part set,
/// data, last commit, results, parameters, validators, times, sign bytes and signatures.
/// </summary>
internal static class ChainAudit
{
    /// <returns>The blocks, from the first.</returns>
    public static async Task<List<BlockAnswer>> RunAsync(CometRpcClient rpc)
    {
        var status = await rpc.StatusAsync();
        var genesis = await rpc.GenesisAsync();
        var fetcher = new LightBlockFetcher(rpc);
        List<BlockAnswer> blocks = [];
        for (var height = status.EarliestHeight; height <= status.LatestHeight; height++)
        {
            var block = await rpc.BlockAsync(height);
            var header = block.Header;
            var before = blocks.LastOrDefault();
            Assert.That(new Block(header, block.Transactions, [], block.LastCommit).Id(), Is.EqualTo(block.BlockId), $"height {height}");
            Assert.That(header.DataHash, Is.EqualTo(TransactionList.Hash(block.Transactions)));
            Assert.That(header.LastCommitHash, Is.EqualTo(block.LastCommit.Hash()));
            Assert.That(header.EvidenceHash, Is.EqualTo(EvidenceList.EmptyHash));
            Assert.That(header.ConsensusHash, Is.EqualTo((await rpc.ConsensusParamsAsync(height)).Hash()));
            Assert.That((header.ChainId, header.Version.Block), Is.EqualTo((genesis.ChainId, 11UL)));

            var light = await fetcher.FetchAsync(height, block.BlockId.Hash!.Value);
            Assert.That(light.Fault(), Is.Null);
            Assert.That(light.HasQuorum);
            var validator = light.Validators.Validators[0];
            Assert.That(
                validator.PublicKey.Verify(light.Commit.SignBytes(header.ChainId, 0), light.Commit.Signatures[0].Signature.Span), $"signature of height {height}");
            Assert.That(light.Commit.Signatures[0].Timestamp, Is.GreaterThan(header.Time), "a vote is later than its block");
            var next = await rpc.ValidatorsAsync(height + 1, header.NextValidatorsHash);
            Assert.That(next.Hash(), Is.EqualTo(header.NextValidatorsHash));

            if (before is null)
            {
                Assert.That((header.Time, header.LastBlockId, block.LastCommit), Is.EqualTo((genesis.GenesisTime, BlockId.Empty, Commit.Empty)));
            }
            else
            {
                var results = await rpc.BlockResultsAsync(height - 1);
                Assert.That(header.LastBlockId, Is.EqualTo(before.BlockId));
                Assert.That(header.LastResultsHash, Is.EqualTo(results.Hash()));
                Assert.That(header.AppHash, Is.EqualTo(results.AppHash));
                Assert.That(header.ValidatorsHash, Is.EqualTo(before.Header.NextValidatorsHash));
                Assert.That(header.Time, Is.EqualTo(block.LastCommit.Signatures[0].Timestamp), "the median of one vote");
                Assert.That((await rpc.CommitAsync(height - 1)).SignedHeader.Commit, Is.EqualTo(block.LastCommit));
            }

            blocks.Add(block);
        }

        return blocks;
    }
}
