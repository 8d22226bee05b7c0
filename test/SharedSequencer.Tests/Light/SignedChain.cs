using System.Collections.Immutable;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>Who is a validator with which power at a height; numbers name keys.</summary>
internal delegate IReadOnlyList<(int Key, long Power)> PowersAt(long height);

/// <summary>A chain of headers with its commits, signed by real keys. It can be forked, and every vote can be left out.</summary>
internal sealed class SignedChain
{
    public const string DefaultChainId = "light-1";
    public const long SecondsPerBlock = 10;
    public const long StartSeconds = 1_790_000_000;

    private static readonly Dictionary<ValidatorAddress, SigningKey> s_keys =
        Enumerable.Range(0, 40).Select(SigningKey.Of).ToDictionary(key => key.Public.Address);

    private readonly string _chainId;
    private readonly PowersAt _powers;
    private readonly long _start;
    private readonly List<LightBlock> _blocks;

    private SignedChain(string chainId, PowersAt powers, long start, IEnumerable<LightBlock> blocks)
    {
        _chainId = chainId;
        _powers = powers;
        _start = start;
        _blocks = [.. blocks];
    }

    public IReadOnlyList<LightBlock> Blocks => _blocks;

    public LightBlock this[long height] => _blocks[(int)height - 1];

    /// <summary>Seconds after the last block.</summary>
    public DateTimeOffset Now(double after = 1) => _blocks[^1].Header.Time.ToDateTimeOffset().AddSeconds(after);

    public static SignedChain Make(int count, PowersAt powers, string chainId = DefaultChainId, long start = StartSeconds)
    {
        var chain = new SignedChain(chainId, powers, start, []);
        chain.Extend(count);
        return chain;
    }

    /// <summary>As <see cref="Make"/>, with one set for all heights: keys 0, 1, 2 … with these powers.</summary>
    public static SignedChain Steady(int count, params long[] powers) =>
        Make(count, _ => [.. powers.Select((power, key) => (key, power))]);

    /// <summary>As <see cref="Steady"/>, with times that end now: for programs that look at the clock.</summary>
    public static SignedChain Recent(int count, params long[] powers) => Make(
        count,
        _ => [.. powers.Select((power, key) => (key, power))],
        start: DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (SecondsPerBlock * (count + 1)));

    /// <summary>Another chain with the same blocks up to a height, and as many others above it.</summary>
    /// <param name="powers">Who signs above it; the same as here when null.</param>
    public SignedChain Fork(long from, PowersAt? powers = null)
    {
        var fork = new SignedChain(_chainId, powers ?? _powers, _start, _blocks.Take((int)from));
        for (var i = _blocks.Count - (int)from; i > 0; i--)
            fork._blocks.Add(fork.Next(header => header with { AppHash = HexBytes.From(Hash256.Of("fork"u8).Span) }));
        return fork;
    }

    public void Extend(int count)
    {
        for (var i = 0; i < count; i++)
            _blocks.Add(Next(header => header));
    }

    /// <summary>The set of a height.</summary>
    public ValidatorSet SetAt(long height) => SetOf(_powers(height));

    public static ValidatorSet SetOf(IEnumerable<(int Key, long Power)> powers) => ValidatorSet.From(
    [
        .. powers
            .Select(validator => new Validator(SigningKey.Of(validator.Key).Public, validator.Power, 0))
            .OrderByDescending(validator => validator.VotingPower)
            .ThenBy(validator => validator.Address),
    ]);

    /// <summary>The block of a height with another header, signed again.</summary>
    public LightBlock With(long height, Func<Header, Header> change, ValidatorSet? set = null) =>
        Sign(change(this[height].Header), set ?? SetAt(height), _ => BlockIdFlag.Commit);

    /// <summary>The block of a height with other votes: Commit, Nil or Absent by place.</summary>
    public LightBlock Voted(long height, Func<int, BlockIdFlag> flag) => Sign(this[height].Header, SetAt(height), flag);

    /// <summary>The block of a height with another commit; nothing is signed again.</summary>
    public LightBlock WithCommit(long height, Func<Commit, Commit> change)
    {
        var block = this[height];
        return block with { SignedHeader = block.SignedHeader with { Commit = change(block.Commit) } };
    }

    /// <summary>Signs a header as its height's set would.</summary>
    /// <param name="votedFor">What the votes are for; the header when null.</param>
    public static LightBlock Sign(
        Header header, ValidatorSet set, Func<int, BlockIdFlag> flag, int round = 0, Func<Header, string>? chainId = null, (long Height, int Round)? votedFor = null)
    {
        var blockId = new BlockId(header.Hash(), new PartSetHeader(1, Hash256.Of(header.Hash().Span)));
        var votes = ImmutableArray.CreateBuilder<CommitSig>();
        for (var i = 0; i < set.Validators.Length; i++)
        {
            var which = flag(i);
            if (which == BlockIdFlag.Absent)
            {
                votes.Add(CommitSig.Absent);
                continue;
            }

            var time = new CometTime(header.Time.Seconds + 1, 1000 + i);
            var message = CanonicalVote.PrecommitSignBytes(
                chainId?.Invoke(header) ?? header.ChainId,
                votedFor?.Height ?? header.Height,
                votedFor?.Round ?? round,
                which == BlockIdFlag.Commit ? blockId : null,
                time);
            var address = set.Validators[i].Address;
            votes.Add(new CommitSig(which, address, time, s_keys[address].Sign(message)));
        }

        return new LightBlock(new SignedHeader(header, new Commit(header.Height, round, blockId, votes.ToImmutable())), set);
    }

    private LightBlock Next(Func<Header, Header> change)
    {
        var last = _blocks.Count > 0 ? _blocks[^1] : null;
        var height = _blocks.Count + 1;
        var set = SetAt(height);
        var header = change(new Header
        {
            Version = new ConsensusVersion(11, 1),
            ChainId = _chainId,
            Height = height,
            Time = new CometTime(_start + (SecondsPerBlock * height), 5),
            LastBlockId = last?.Commit.BlockId ?? BlockId.Empty,
            LastCommitHash = last?.Commit.Hash() ?? MerkleHash.EmptyRoot,
            DataHash = MerkleHash.EmptyRoot,
            ValidatorsHash = set.Hash(),
            NextValidatorsHash = SetAt(height + 1).Hash(),
            ConsensusHash = Hash256.Of("consensus"u8),
            AppHash = HexBytes.From(Hash256.Of(BitConverter.GetBytes(height)).Span),
            LastResultsHash = MerkleHash.EmptyRoot,
            EvidenceHash = MerkleHash.EmptyRoot,
            ProposerAddress = set.Validators[0].Address,
        });
        return Sign(header, set, _ => BlockIdFlag.Commit);
    }
}
