using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Proofs;

/// <summary>Where a node says that a transaction stands, below a trusted header.</summary>
internal sealed class TransactionVerifierTests
{
    [Test]
    public async Task Every_transaction_verifies_at_its_place_and_every_lie_about_it_is_refused()
    {
        var chain = TestChain.Random(21, 20);
        await using var node = await NodeInProcess.StartAsync(chain);
        using var client = new SequencerClient(node.Api);
        var (checkedCount, lies) = (0, 0);
        for (var height = 1L; height <= chain.Height; height++)
        {
            var block = await client.GetBlockAsync(height);
            var header = chain.At(height).Header;
            for (var i = 0; i < block.Transactions.Count; i++)
            {
                var (id, index) = (Hash256.Parse(block.Transactions[i]), (uint)i + 1);
                Assert.That(TransactionVerifier.Fault(block, id, index, header), Is.Null);
                checkedCount++;
                foreach (var (name, lie, place, at) in Lies(block, index))
                {
                    Assert.That(TransactionVerifier.Fault(lie, id, place, chain.At(at).Header), Is.Not.Null, name);
                    lies++;
                }
            }
        }

        Assert.That((checkedCount, lies), Is.EqualTo((checkedCount, checkedCount * 9)));
        Assert.That(checkedCount, Is.GreaterThan(20));
    }

    private static IEnumerable<(string Name, BlockResponse Block, uint Index, long Height)> Lies(BlockResponse block, uint index)
    {
        var ids = block.Transactions;
        var other = Hash256.Of("another"u8).ToString();
        var preamble = block.Preamble!;
        yield return ("the preamble's place", block, 0, block.Height);
        yield return ("a place behind the end", block, (uint)ids.Count + 1, block.Height);
        yield return ("a transaction added", block with { Transactions = [.. ids, other] }, index, block.Height);
        yield return ("a transaction put before it", block with { Transactions = [other, .. ids] }, index + 1, block.Height);
        yield return ("no preamble", block with { Preamble = null }, index, block.Height);
        yield return ("another preamble", block with { Preamble = preamble with { EntryCount = preamble.EntryCount + 1 } }, index, block.Height);
        yield return ("a root that is none", block with { Preamble = preamble with { NamespaceRoot = "zz" } }, index, block.Height);
        yield return ("an id that is none", block with { Transactions = [.. ids, "zz"] }, index, block.Height);
        yield return ("another height's header", block, index, block.Height == 1 ? 2 : block.Height - 1);
    }
}
