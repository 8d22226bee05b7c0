using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Tests.Mempool;

namespace SharedSequencer.Tests.StateMachine;

/// <summary>Where random chains seldom come: the last value that is valid, and to the byte what a block adds to the meters.</summary>
internal sealed class BorderTests
{
    [TestCase(-1, ExpectedResult = ResultCode.Expired)]
    [TestCase(0, ExpectedResult = ResultCode.Expired)]
    [TestCase(1, ExpectedResult = ResultCode.Ok)]
    [TestCase(86_400, ExpectedResult = ResultCode.Ok)]
    [TestCase(86_401, ExpectedResult = ResultCode.ExpiryTooFar)]
    public ResultCode A_transaction_lives_from_its_first_second_to_the_longest_that_is_allowed(long lifetime)
    {
        var world = new PoolWorld(2);
        Assert.That(world.State.Parameters.MaxTransactionLifetime, Is.EqualTo(86_400));
        var transaction = world.Make(1, 0, lifetime: lifetime);
        var context = new BlockContext(world.State.Height + 1, world.State.Time);

        var verdict = new BlockExecution(world.State, context).TryAdd(transaction);

        Assert.That(world.Admit(transaction), Is.EqualTo(verdict.Code), "the pool judges alike");
        return verdict.Code;
    }

    [Test]
    public void A_block_adds_its_bytes_to_the_meters_and_time_drains_the_target_from_them()
    {
        var blocks = new RandomBlocks(new RandomWorld(51));
        var (chain, meters) = (default(FeeMeter), new Dictionary<NamespaceId, FeeMeter>());
        var metered = 0;
        for (var i = 0; i < 200; i++)
        {
            var block = blocks.Propose(blocks.NextContext());
            if (block.Transactions.Count > 0)
            {
                var parameters = block.Parent.Parameters;
                chain = After(chain, block.Transactions.Sum(t => t.Raw.Length), block.Context.Time, parameters.ChainFeeRate);
                foreach (var slice in block.Slices)
                {
                    var payload = slice.Entries.Sum(e => e.Payload.Length);
                    meters[slice.Namespace] = After(meters.GetValueOrDefault(slice.Namespace), payload, block.Context.Time, parameters.NamespaceFeeRate);
                    metered++;
                }
            }

            Assert.That(block.State.FeeMeter, Is.EqualTo(chain), $"block {i}");
            foreach (var (id, meter) in meters)
                Assert.That(block.State.NamespaceMeter(id), Is.EqualTo(meter), $"block {i}, namespace {id}");
            blocks.Decide(block);
        }

        Assert.That(metered, Is.GreaterThan(100));
    }

    private static FeeMeter After(FeeMeter before, long bytes, BlockTime time, FeeRate rate)
    {
        var elapsed = BigInteger.Max(0, Nanoseconds(time) - Nanoseconds(before.Time));
        var left = BigInteger.Max(0, before.Excess - (elapsed * rate.TargetBytesPerSecond / 1_000_000_000));
        var excess = BigInteger.Min(left + bytes, 20 * (BigInteger)rate.UpdateBytes);
        return new FeeMeter((ulong)excess, elapsed > 0 ? time : before.Time);
    }

    private static BigInteger Nanoseconds(BlockTime time) => ((BigInteger)time.Seconds * 1_000_000_000) + time.Nanoseconds;
}
