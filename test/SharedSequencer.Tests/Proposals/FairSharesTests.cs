using NUnit.Framework;
using SharedSequencer.Application.Proposals;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;

namespace SharedSequencer.Tests.Proposals;

/// <summary>The account that a proposer keeps of what namespaces have saved up.</summary>
internal sealed class FairSharesTests
{
    private static readonly NamespaceId s_idle = NamespaceId.OfName("idle");
    private static readonly NamespaceId s_busy = NamespaceId.OfName("busy");
    private static readonly Dictionary<NamespaceId, ulong> s_deposits = new() { [s_idle] = 1, [s_busy] = 3 };

    [Test]
    public void What_got_nothing_saves_once_a_height_however_many_rounds_it_takes()
    {
        var shares = new FairShares(50);
        for (var height = 1; height <= 5; height++)
        {
            for (var round = 0; round < 3; round++)
            {
                var allowances = shares.Open(height, s_deposits, 8_000);
                Assert.That((allowances[s_idle].Bytes, allowances[s_busy].Bytes), Is.EqualTo((1_000L * height, 3_000L)), $"height {height}, round {round}");
                allowances[s_busy].Used = 1;
                shares.Close(allowances);
            }
        }
    }

    [Test]
    public void Savings_end_at_what_two_transactions_can_take()
    {
        var shares = new FairShares(50);
        Allowance? last = null;
        for (var height = 1; height <= 1_000; height++)
        {
            var allowances = shares.Open(height, s_deposits, 100_000);
            last = allowances[s_idle];
            shares.Close(allowances);
        }

        Assert.That(last!.Bytes, Is.EqualTo(2 * Limits.TransactionBytes));
    }
}
