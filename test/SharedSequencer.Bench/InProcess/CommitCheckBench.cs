using System.Collections.Immutable;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography.Curve25519;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using Signatures = SharedSequencer.Cryptography.Ed25519;

namespace SharedSequencer.Bench.InProcess;

/// <summary>A commit of 100 validators: each vote's own bytes made and its signature checked, next to libsodium alone.</summary>
internal sealed class CommitCheckBench : IBench
{
    private const int Validators = 100;
    private const int Votes = 67;
    private const int PerRound = 40;
    private const int Rounds = 9;
    private const double Goal = 0.85;

    public string Name => "commit-check";

    public string Description => "the commit of 100 validators checked, next to libsodium's verification alone";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var block = Make();
        var messages = Enumerable.Range(0, Validators).Select(i => block.Commit.SignBytes(block.Header.ChainId, i)!).ToArray();
        List<double> every = [], enough = [], overlap = [], parts = [], own = [], alone = [];
        for (var round = 0; round <= Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var yardstick = Time(() => VerifyAlone(block, messages));
            var all = Time(() => Require(CommitCheck.EveryVote(block) is null));
            var light = Time(() => Require(CommitCheck.EnoughVotes(block) is null));
            var trusting = Time(() => Require(CommitCheck.Overlap(block, block.Validators, PowerFraction.OneThird) is null));
            var cofactored = Time(() => Require(CofactoredCheck.Verify(
                block.Validators.Validators[0].PublicKey.Span, messages[0], block.Commit.Signatures[0].Signature.Span)));
            var consistency = Time(() => Require(block.Fault() is null));

            // The first round is the compiler's.
            if (round == 0)
                continue;
            alone.Add(yardstick);
            every.Add(all);
            enough.Add(light);
            overlap.Add(trusting);
            parts.Add(consistency);
            own.Add(cofactored);
        }

        var ratio = Statistics.Median(alone) / Statistics.Median(every);
        IReadOnlyList<Figure> figures =
        [
            new Figure
            {
                Name = "commit-check",
                Value = Statistics.Median(every),
                Unit = "ms",
                Yardstick = $"libsodium, {Validators} signatures",
                YardstickValue = Statistics.Median(alone),
                Ratio = ratio,
                Goal = $"≥ {Goal} of verification alone, by processor time",
                Met = ratio >= Goal,
                Runs = every,
                Note = $"every vote of {Validators} validators; the ratio is yardstick to figure; processor time",
            },
            Figure.Report("commit-check-light", "ms", enough, $"until more than 2/3: {Votes} of {Validators} signatures"),
            Figure.Report("commit-check-overlap", "ms", overlap, "until more than 1/3 of an earlier set"),
            Figure.Report("commit-consistency", "ms", parts, "header hash, validators_hash, places"),
            Figure.Report("zip215-check", "ms", own, "one signature by our own check, which judges what libsodium refuses"),
        ];
        return Task.FromResult(figures);
    }

    /// <summary>Processor time of one, in milliseconds: wall time depends on what else the machine does.</summary>
    private static double Time(Action work)
    {
        var cpu = CpuTime.OfThis();
        for (var i = 0; i < PerRound; i++)
            work();
        return (CpuTime.OfThis() - cpu) / PerRound * 1000;
    }

    private static void VerifyAlone(LightBlock block, byte[][] messages)
    {
        for (var i = 0; i < messages.Length; i++)
            Require(Signatures.VerifyStrictly(block.Validators.Validators[i].PublicKey.Span, messages[i], block.Commit.Signatures[i].Signature.Span));
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidDataException("A good commit was refused.");
    }

    private static LightBlock Make()
    {
        var secrets = new Dictionary<ValidatorAddress, byte[]>();
        var members = new List<Validator>();
        for (var i = 0; i < Validators; i++)
        {
            var secret = Hash256.Of(BitConverter.GetBytes(i)).ToArray();
            var key = new byte[Ed25519.PublicKeySize];
            Ed25519.GeneratePublicKey(secret, 0, key, 0);
            var member = new Validator(ConsensusKey.From(key), 10, 0);
            members.Add(member);
            secrets[member.Address] = secret;
        }

        var set = ValidatorSet.From([.. members.OrderBy(member => member.Address)]);
        var header = new Header
        {
            Version = new ConsensusVersion(11, 1),
            ChainId = "bench",
            Height = 1_000_000,
            Time = new CometTime(1_790_000_000, 1),
            LastBlockId = new BlockId(Hash256.Of("last"u8), new PartSetHeader(1, Hash256.Of("parts"u8))),
            LastCommitHash = MerkleHash.EmptyRoot,
            DataHash = MerkleHash.EmptyRoot,
            ValidatorsHash = set.Hash(),
            NextValidatorsHash = set.Hash(),
            ConsensusHash = MerkleHash.EmptyRoot,
            AppHash = HexBytes.From(new byte[32]),
            LastResultsHash = MerkleHash.EmptyRoot,
            EvidenceHash = MerkleHash.EmptyRoot,
            ProposerAddress = set.Validators[0].Address,
        };
        var unsigned = new Commit(
            header.Height,
            0,
            new BlockId(header.Hash(), new PartSetHeader(1, Hash256.Of("parts"u8))),
            [.. set.Validators.Select((member, i) => new CommitSig(BlockIdFlag.Commit, member.Address, new CometTime(1_790_000_001, i), HexBytes.From(new byte[64])))]);
        var votes = ImmutableArray.CreateBuilder<CommitSig>(Validators);
        for (var i = 0; i < Validators; i++)
        {
            var message = unsigned.SignBytes(header.ChainId, i)!;
            var signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(secrets[set.Validators[i].Address], 0, message, 0, message.Length, signature, 0);
            votes.Add(unsigned.Signatures[i] with { Signature = HexBytes.From(signature) });
        }

        return new LightBlock(new SignedHeader(header, unsigned with { Signatures = votes.ToImmutable() }), set);
    }
}
