using System.Text.Json.Nodes;
using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>Other projects' light client cases, of which several must fail.</summary>
internal sealed class LightVectorTests
{
    private const int SingleStepCases = 6;
    private const int BisectionCases = 4;

    [Test]
    public void Every_single_step_has_the_verdict_that_the_case_says()
    {
        var names = LightVectors.Names("single_step_*.json").ToList();
        Assert.That(names, Has.Count.GreaterThanOrEqualTo(SingleStepCases));
        foreach (var name in names)
        {
            var json = LightVectors.File(name);
            var initial = json["initial"]!;
            var trusted = LightVectors.SignedHeader(initial["signed_header"]!).Header;
            var validators = LightVectors.Set(initial["next_validator_set"]!);
            var options = new LightClientOptions
            {
                TrustPeriod = LightVectors.Nanoseconds(initial["trusting_period"]!),
                MaximumClockDrift = TimeSpan.FromSeconds(1),
            };
            foreach (var input in json["input"]!.AsArray())
            {
                var block = LightVectors.Block(input!["block"]!);
                var fault = LightVerifier.Verify(trusted, validators, block, CometTime.Parse(input["now"]!.GetValue<string>()), options);

                var verdict = fault switch
                {
                    null => "SUCCESS",
                    { Step: LightStep.Overlap } => "NOT_ENOUGH_TRUST",
                    _ => "INVALID",
                };
                Assert.That(verdict, Is.EqualTo(input["verdict"]!.GetValue<string>()), $"{name}, height {block.Height}: {fault?.Reason}");
                if (fault is not null)
                    continue;
                trusted = block.Header;
                validators = LightVectors.Set(input["block"]!["next_validator_set"]!);
            }
        }
    }

    [TestCase("happy_path.json", null)]
    [TestCase("header_out_of_trusting_period.json", LightStep.TrustPeriod)]
    [TestCase("not_enough_commits.json", LightStep.Commit)]
    [TestCase("conflicting_headers.json", LightStep.Witnesses)]
    public async Task Every_bisection_ends_as_the_case_says(string name, LightStep? expected)
    {
        var json = LightVectors.File(name);
        Assert.That(json["expected_output"]!.GetValue<string>(), Is.EqualTo(expected is null ? "no error" : "error"));

        var reached = await VerifyAsync(json, LightMode.Skipping);
        Assert.That(reached.Fault, Is.EqualTo(expected), reached.Reason);

        var sequential = await VerifyAsync(json, LightMode.Sequential);
        Assert.That(sequential.Fault, Is.EqualTo(expected), sequential.Reason);
    }

    [Test]
    public void No_bisection_case_is_passed_over() =>
        Assert.That(LightVectors.Names("*.json").Count(name => !name.StartsWith("single_step_", StringComparison.Ordinal)), Is.EqualTo(BisectionCases));

    [Test]
    public void The_bisection_cases_as_they_are_belong_to_another_protocol_and_are_refused_as_such()
    {
        var json = LightVectors.File("happy_path.json");
        var block = LightVectors.Block(json["primary"]!["lite_blocks"]![0]!);

        var fault = LightVerifier.ConsistencyFault(block, block.Header.ChainId, new LightClientOptions());
        var unversioned = LightVerifier.ConsistencyFault(block, block.Header.ChainId, new LightClientOptions { BlockVersion = 0 });

        Assert.That(fault?.Reason, Does.Contain("block version is 0"));
        Assert.That(unversioned?.Reason, Does.Contain("the header's hash is"), "Tendermint 0.33 hashed another encoding");
    }

    private static async Task<(LightStep? Fault, string Reason)> VerifyAsync(JsonObject json, LightMode mode)
    {
        var translation = new TranslatedBlocks();
        var primary = translation.Of(json["primary"]!["lite_blocks"]!.AsArray());
        var trust = json["trust_options"]!;
        var level = trust["trust_level"]!;
        var setup = new LightClientSetup
        {
            Primary = new MemoryBlocks("primary", primary),
            Witnesses = [.. json["witnesses"]!.AsArray().Select((witness, i) =>
                new MemoryBlocks($"witness {i}", translation.Of(witness!["value"]!["lite_blocks"]!.AsArray())))],
            Root = TrustRoot.FromBlock((long)Number(trust["height"]!), translation.HashOf(trust["hash"]!.GetValue<string>())),
            Options = new LightClientOptions
            {
                Mode = mode,
                TrustPeriod = LightVectors.Nanoseconds(trust["period"]!),
                TrustLevel = new PowerFraction(Number(level["numerator"]!), Number(level["denominator"]!)),
                WitnessPatience = TimeSpan.FromSeconds(1),
            },
            Clock = new MovableClock(CometTime.Parse(json["now"]!.GetValue<string>()).ToDateTimeOffset()),
        };
        try
        {
            using var client = await LightClient.OpenAsync(setup);
            var height = (long)Number(json["height_to_verify"]!);
            var block = await client.VerifyAsync(height);
            Assert.That(block.Header, Is.EqualTo(primary.Single(b => b.Height == height).Header));
            return (null, "");
        }
        catch (LightClientException e)
        {
            if (e is LightAttackException { Attack: var attack })
            {
                Assert.That(attack.FromPrimary.Height, Is.EqualTo(attack.FromWitness.Height));
                Assert.That(attack.FromPrimary.Header.Hash(), Is.Not.EqualTo(attack.FromWitness.Header.Hash()));
            }

            return (e.Step, e.Message);
        }
    }

    private static ulong Number(JsonNode json) => ulong.Parse(json.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
}
