using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Tests.CometBft;

namespace SharedSequencer.Tests.Light;

/// <summary>The real network of absent and nil votes, rounds above 0 and changing powers, as a light client sees it.</summary>
internal sealed class RecordedRunLightTests
{
    private static readonly LightBlock[] s_blocks = [.. RecordedRun.Heights.Select(height => height.LightBlock)];
    private static readonly GenesisDocument s_genesis = GenesisDocument.Parse(
        System.Text.Encoding.UTF8.GetBytes(RecordedRun.Json.GetProperty("genesis").GetRawText()));

    private static readonly DateTimeOffset s_now = s_blocks[^1].Header.Time.ToDateTimeOffset().AddSeconds(5);

    [Test]
    public void The_run_has_what_it_is_recorded_for()
    {
        Assert.That(s_blocks.Any(b => b.Commit.Round > 0));
        Assert.That(s_blocks.SelectMany(b => b.Commit.Signatures).Select(s => s.BlockIdFlag).Distinct().Count(), Is.EqualTo(3));
        Assert.That(s_blocks.Select(b => b.Validators.Hash()).Distinct().Count(), Is.GreaterThan(1));
    }

    [TestCase(LightMode.Sequential)]
    [TestCase(LightMode.Skipping)]
    public async Task Every_height_is_trusted_from_genesis(LightMode mode)
    {
        foreach (var block in s_blocks)
        {
            using var client = await OpenAsync(TrustRoot.FromGenesis(s_genesis), mode);
            Assert.That((await client.VerifyAsync(block.Height)).Header, Is.EqualTo(block.Header));
        }
    }

    [TestCase(LightMode.Sequential)]
    [TestCase(LightMode.Skipping)]
    public async Task Every_height_is_trusted_from_each_other_height_forwards_and_backwards(LightMode mode)
    {
        foreach (var from in s_blocks)
        {
            foreach (var to in s_blocks)
            {
                using var client = await OpenAsync(TrustRoot.FromBlock(from.Height, from.Header.Hash()), mode);
                Assert.That((await client.AtAsync(to.Height, CancellationToken.None)).Hash(), Is.EqualTo(to.Header.Hash()));
            }
        }
    }

    [Test]
    public void Every_step_of_two_heights_needs_what_it_should()
    {
        var options = new LightClientOptions();
        var now = CometTime.From(s_now);
        var changes = 0;
        for (var i = 0; i + 1 < s_blocks.Length; i++)
        {
            var (trusted, next) = (s_blocks[i], s_blocks[i + 1]);
            Assert.That(LightVerifier.Verify(trusted.Header, trusted.Validators, next, now, options), Is.Null);
            Assert.That(LightVerifier.VerifyBackwards(next.Header, trusted, options), Is.Null);
            if (trusted.Header.ValidatorsHash == next.Header.ValidatorsHash)
                continue;

            // The set before the change is not the one that the header before it names.
            var fault = LightVerifier.Verify(trusted.Header with { NextValidatorsHash = trusted.Header.ValidatorsHash }, trusted.Validators, next, now, options);
            Assert.That(fault?.Step, Is.EqualTo(LightStep.NextValidators));
            changes++;
        }

        Assert.That(changes, Is.Positive);
    }

    private static Task<LightClient> OpenAsync(TrustRoot root, LightMode mode) => LightClient.OpenAsync(new LightClientSetup
    {
        Primary = new MemoryBlocks("primary", s_blocks),
        Witnesses = [new MemoryBlocks("witness", s_blocks)],
        Root = root,
        Options = new LightClientOptions { Mode = mode },
        Clock = new MovableClock(s_now),
    });
}
