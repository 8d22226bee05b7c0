using NUnit.Framework;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Engine;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Primitives;
using SharedSequencer.Tests.CometBft;

namespace SharedSequencer.Tests.Engine;

internal sealed class VoteSignerTests
{
    // Made by 'cometbft init' and 'cometbft start' v0.38.25.
    private const string RealKey =
        """
        {
          "address": "912436C4D3A275C36C118B8C28975DB7A444B5D2",
          "pub_key": { "type": "tendermint/PubKeyEd25519", "value": "ap2y8ODmIVTuXnSB9Quxiv3TVoOj1tGntgDCde4JfPk=" },
          "priv_key": {
            "type": "tendermint/PrivKeyEd25519",
            "value": "5Om9BFNh5YSzvXmXyyTsdkYB9WH/aLngkrfSnjt7aoVqnbLw4OYhVO5edIH1C7GK/dNWg6PW0ae2AMJ17gl8+Q=="
          }
        }
        """;

    private const string RealState =
        """
        {
          "height": "6",
          "round": 0,
          "step": 3,
          "signature": "KhN96NZMqXzT20xeOHYKPXKB4t4Vx/kLqxmbdZpsQ+ZuOqLf6a33pRrhMQNp1QiL5bSO+LqOEUszHGr1VugnBg==",
          "signbytes": "76080211060000000000000022480A205FF002325CE87A38126BDE1F0FA092B484139EC007BCC7897A1EEB7974B256DF1224080112201D53ACD935D478673AF42B587C662178D020FF54AA67862604046A56BCD6C0B52A0C08E6A28FD806108197D388033211746573742D636861696E2D52345A623749"
        }
        """;

    private static readonly BlockId s_realBlock = new(
        Hash256.Parse("5FF002325CE87A38126BDE1F0FA092B484139EC007BCC7897A1EEB7974B256DF"),
        new PartSetHeader(1, Hash256.Parse("1D53ACD935D478673AF42B587C662178D020FF54AA67862604046A56BCD6C0B5")));

    private static readonly BlockId s_other = new(Hash256.Of("other"u8), new PartSetHeader(1, Hash256.Of("parts"u8)));
    private static readonly CometTime s_now = new(1_800_000_000, 5);

    private TemporaryFolder _folder = null!;

    private string State => _folder.File("priv_validator_state.json");

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void It_goes_on_with_a_real_validators_files_and_gives_its_very_signature_again()
    {
        var signer = RealSigner();

        var vote = signer.Precommit("test-chain-R4Zb7I", 6, 0, s_realBlock, s_now);

        Assert.That(Convert.ToBase64String(vote.Signature.Span), Is.EqualTo("KhN96NZMqXzT20xeOHYKPXKB4t4Vx/kLqxmbdZpsQ+ZuOqLf6a33pRrhMQNp1QiL5bSO+LqOEUszHGr1VugnBg=="));
        Assert.That(vote.ValidatorAddress!.Value.ToString(), Is.EqualTo("912436C4D3A275C36C118B8C28975DB7A444B5D2"));
        var bytes = CanonicalVote.PrecommitSignBytes("test-chain-R4Zb7I", 6, 0, s_realBlock, vote.Timestamp);
        Assert.That(signer.PublicKey.Verify(bytes, vote.Signature.Span), "with the earlier time");
    }

    [Test]
    public void A_signature_made_here_is_the_one_that_CometBFT_made()
    {
        File.WriteAllText(_folder.File("key.json"), RealKey);
        File.SetUnixFileMode(_folder.File("key.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var time = CanonicalVote.TimeOfSignBytes(Convert.FromHexString(
            "76080211060000000000000022480A205FF002325CE87A38126BDE1F0FA092B484139EC007BCC7897A1EEB7974B256DF1224080112201D53ACD935D478673AF42B587C662178D020FF54AA67862604046A56BCD6C0B52A0C08E6A28FD806108197D388033211746573742D636861696E2D52345A623749"))!.Value;
        var signer = new VoteSigner(ValidatorKey.LoadOrCreate(_folder.File("key.json")), State);

        var vote = signer.Precommit("test-chain-R4Zb7I", 6, 0, s_realBlock, time);

        Assert.That(Convert.ToBase64String(vote.Signature.Span), Is.EqualTo("KhN96NZMqXzT20xeOHYKPXKB4t4Vx/kLqxmbdZpsQ+ZuOqLf6a33pRrhMQNp1QiL5bSO+LqOEUszHGr1VugnBg=="));
    }

    [Test]
    public void Another_block_at_the_same_height_and_round_is_never_signed()
    {
        var signer = RealSigner();
        var refused = Assert.Throws<EngineException>(() => signer.Precommit("test-chain-R4Zb7I", 6, 0, s_other, s_now));
        Assert.That(refused!.Message, Does.Contain("Nothing is signed twice"));
        Assert.Throws<EngineException>(() => signer.Precommit("test-chain-R4Zb7I", 6, 0, null, s_now));
        Assert.Throws<EngineException>(() => signer.Precommit("other-chain", 6, 0, s_realBlock, s_now));
        Assert.That(File.ReadAllText(State), Is.EqualTo(RealState), "and nothing was written");
    }

    [TestCase(5, 0)]
    [TestCase(5, 7)]
    public void What_is_earlier_is_not_signed(long height, int round)
    {
        var refused = Assert.Throws<EngineException>(() => RealSigner().Precommit("test-chain-R4Zb7I", height, round, s_realBlock, s_now));
        Assert.That(refused!.Message, Does.Contain("was signed already").And.Contains("--reset"));
    }

    [TestCase(6, 1)]
    [TestCase(7, 0)]
    public void What_is_later_is_written_to_the_file_before_it_is_given_away(long height, int round)
    {
        var vote = RealSigner().Precommit("test-chain-R4Zb7I", height, round, s_other, s_now);

        var written = SignState.Load(State);
        Assert.That((written.Height, written.Round, written.Step, written.Signature), Is.EqualTo((height, round, 3, vote.Signature)));
        Assert.That(File.GetUnixFileMode(State), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var again = new VoteSigner(ValidatorKey.LoadOrCreate(_folder.File("key.json")), State);
        Assert.That(again.Precommit("test-chain-R4Zb7I", height, round, s_other, new CometTime(1_900_000_000, 0)), Is.EqualTo(vote));
    }

    [Test]
    public void The_time_is_found_in_all_sign_bytes_of_a_real_network()
    {
        var votes = 0;
        foreach (var height in RecordedRun.Heights)
        {
            var commit = height.Commit.SignedHeader.Commit;
            for (var i = 0; i < commit.Signatures.Length; i++)
            {
                if (commit.SignBytes(height.Block.Header.ChainId, i) is not { } bytes)
                    continue;
                Assert.That(CanonicalVote.TimeOfSignBytes(bytes), Is.EqualTo(commit.Signatures[i].Timestamp));
                votes++;
            }
        }

        Assert.That(votes, Is.GreaterThan(60));
        Assert.That(CanonicalVote.TimeOfSignBytes([]), Is.Null);
        Assert.That(CanonicalVote.TimeOfSignBytes("not sign bytes at all"u8), Is.Null);
    }

    [Test]
    public void A_key_that_others_may_read_or_that_is_damaged_is_refused_and_never_shown()
    {
        var file = _folder.File("key.json");
        File.WriteAllText(file, RealKey);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.That(Assert.Throws<EngineException>(() => ValidatorKey.LoadOrCreate(file))!.Message, Does.Contain("chmod 600"));

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var (from, to) in new[] { ("5Om9B", "6Om9B"), ("PrivKeyEd25519", "PrivKeySecp256k1"), ("+Q==", "") })
        {
            File.WriteAllText(file, RealKey.Replace(from, to, StringComparison.Ordinal));
            var refused = Assert.Throws<EngineException>(() => ValidatorKey.LoadOrCreate(file));
            Assert.That(refused!.Message, Does.Contain(file).And.Not.Contains("Om9BFNh5YSz"));
        }
    }

    [Test]
    public void A_new_key_is_random_and_its_owners_alone()
    {
        var first = ValidatorKey.LoadOrCreate(_folder.File("first.json"));
        var second = ValidatorKey.LoadOrCreate(_folder.File("second.json"));

        Assert.That(first.PublicKey, Is.Not.EqualTo(second.PublicKey));
        Assert.That(ValidatorKey.LoadOrCreate(_folder.File("first.json")).PublicKey, Is.EqualTo(first.PublicKey));
        Assert.That(File.GetUnixFileMode(_folder.File("first.json")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private VoteSigner RealSigner()
    {
        var key = _folder.File("key.json");
        File.WriteAllText(key, RealKey);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(State, RealState);
        return new VoteSigner(ValidatorKey.LoadOrCreate(key), State);
    }
}
