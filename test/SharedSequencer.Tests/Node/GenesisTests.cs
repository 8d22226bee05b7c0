using NUnit.Framework;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Node;

internal sealed class GenesisTests
{
    private static readonly string s_address = AccountId.From(Hash256.Of("a"u8).Span).ToString();
    private static readonly string s_key = Convert.ToBase64String(Hash256.Of("v"u8).Span);

    private static GenesisRequest Good => new()
    {
        ChainId = "test-1",
        Accounts = [$"{s_address}=1000"],
        Validators = [$"{s_key}=10"],
        Time = CometTime.Parse("2026-01-31T12:00:00Z"),
    };

    [Test]
    public void A_new_genesis_is_good_and_stays_so_through_its_file()
    {
        var document = Good.ToDocument();

        Assert.That(GenesisRules.Faults(document), Is.Empty);
        Assert.That(GenesisRules.Faults(GenesisDocument.Parse(System.Text.Encoding.UTF8.GetBytes(document.ToJson()))), Is.Empty);
        Assert.That(document.AppStateJson, Does.Contain($"\"{s_address}\"").And.Contains("\"1000\""));
    }

    [Test]
    public void A_key_file_of_CometBFT_names_a_validator_too()
    {
        using var folder = new SharedSequencer.Devnet.Processes.TemporaryFolder();
        var file = folder.File("priv_validator_key.json");
        File.WriteAllText(file, $$"""{"address":"00","pub_key":{"type":"tendermint/PubKeyEd25519","value":"{{s_key}}"},"priv_key":{"type":"x","value":"secret"} }""");

        var document = (Good with { Validators = [$"{file}=7"] }).ToDocument();

        Assert.That(document.Validators[0], Is.EqualTo(new GenesisValidator(ConsensusKey.From(Hash256.Of("v"u8).Span), 7, "")));
    }

    [TestCase("seq1nobody=5", "no address")]
    [TestCase("5", "NAME=NUMBER")]
    [TestCase("=5", "NAME=NUMBER")]
    public void A_bad_account_is_refused_by_its_text(string account, string why)
    {
        Assert.That(() => (Good with { Accounts = [account] }).ToDocument(), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains(why).And.Message.Contains(account));
    }

    [TestCase("-1")]
    [TestCase("18446744073709551616")]
    [TestCase("1.5")]
    [TestCase("")]
    public void A_bad_balance_is_refused(string balance)
    {
        Assert.That(() => (Good with { Accounts = [$"{s_address}={balance}"] }).ToDocument(), Throws.TypeOf<ConfigurationException>());
    }

    [TestCase("AAAA=1")]
    [TestCase("!=1")]
    [TestCase("/does/not/exist=1")]
    public void A_bad_validator_key_is_refused(string validator)
    {
        Assert.That(() => (Good with { Validators = [validator] }).ToDocument(), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("no Ed25519 key"));
    }

    [Test]
    public void Every_rule_names_what_it_refuses()
    {
        var good = Good.ToDocument();
        var parameters = good.ConsensusParams;
        AssertFault(good with { ChainId = "" }, "chain_id");
        AssertFault(good with { ChainId = new string('x', 51) }, "chain_id");
        AssertFault(good with { InitialHeight = 5 }, "initial_height is 5");
        AssertFault(good with { AppHash = HexBytes.From([1]) }, "app_hash");
        AssertFault(good with { AppStateJson = null }, "app_state is missing");
        AssertFault(good with { AppStateJson = "{}" }, "app_state.accounts");
        AssertFault(good with { AppStateJson = good.AppStateJson!.Replace("\"accounts\"", "\"acounts\"") }, "acounts");
        AssertFault(good with { Validators = [] }, "validators is empty");
        AssertFault(good with { Validators = [good.Validators[0], good.Validators[0]] }, "twice");
        AssertFault(good with { Validators = [good.Validators[0] with { Power = 0 }] }, "power 0");
        AssertFault(good with { Validators = [good.Validators[0] with { Power = long.MaxValue }] }, "at most");
        AssertFault(good with { ConsensusParams = parameters with { MaximumBlockBytes = -1 } }, "max_bytes is -1");
        AssertFault(good with { ConsensusParams = parameters with { MaximumBlockBytes = 30_000_000 } }, "max_bytes is 30000000");
        AssertFault(good with { ConsensusParams = parameters with { MaximumBlockBytes = 1_500_000 } }, "largest transaction");
        AssertFault(good with { ConsensusParams = parameters with { MaximumBlockGas = 5 } }, "max_gas");
        AssertFault(good with { ConsensusParams = parameters with { EvidenceMaximumAgeBlocks = 0 } }, "evidence");
        AssertFault(good with { ConsensusParams = parameters with { PublicKeyTypes = ["secp256k1"] } }, "pub_key_types");
        AssertFault(good with { ConsensusParams = parameters with { VoteExtensionsEnableHeight = 3 } }, "vote_extensions");
        AssertFault(good with { ConsensusParams = parameters with { AppVersion = 9 } }, "version.app is 9");
        AssertFault(good with { ConsensusParams = parameters with { AppVersion = 0 } }, "version.app is 0 or missing: after 'cometbft rollback'");
    }

    private static void AssertFault(GenesisDocument genesis, string part)
    {
        var faults = GenesisRules.Faults(genesis);
        Assert.That(faults, Has.Some.Contains(part));
    }
}
