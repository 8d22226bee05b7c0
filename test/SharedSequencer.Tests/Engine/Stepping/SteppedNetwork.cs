using System.Collections.Immutable;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Consensus;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using Validator = SharedSequencer.CometBft.Types.Validator;

namespace SharedSequencer.Tests.Engine.Stepping;

/// <summary>How one validator votes on a proposal that its application accepts.</summary>
internal enum Ballot
{
    /// <summary>For the block.</summary>
    Commit,

    /// <summary>For no block.</summary>
    Nil,

    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>For the block, but the others hear of it only when they have judged the next round's proposal.</summary>
    Late,
}

/// <summary>One height's script.</summary>
internal sealed record StepPlan
{
    /// <summary>By round and validator (in the order of the keys).</summary>
    public Func<int, int, Ballot> Votes { get; init; } = (_, _) => Ballot.Commit;

    /// <summary>By round: what is proposed in place of what the proposer's application prepared; null for that.</summary>
    public Func<int, IReadOnlyList<ReadOnlyMemory<byte>>?> Proposal { get; init; } = _ => null;

    /// <summary>Who voted twice, and where: delivered with this block.</summary>
    public IReadOnlyList<DuplicateVote> Evidence { get; init; } = [];
}

/// <summary>What a step led to.</summary>
/// <param name="Verdicts">Of each round, what each replica said of the proposal.</param>
internal sealed record SteppedBlock(Block Block, BlockId Id, Commit Commit, IReadOnlyList<bool[]> Verdicts, ResponseFinalizeBlock Results);

/// <summary>
/// The engine's step mode: several validators' keys in one hand, several replicas of the real application behind real
/// ABCI servers, and a clock that moves a millisecond with each vote. Whatever a replica answers, all must: one more of
/// them is told of decided blocks alone, as a node that catches up.
/// </summary>
internal sealed class SteppedNetwork : IAsyncDisposable
{
    public const string ChainId = "stepped";

    public static readonly DateTimeOffset GenesisTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int RoundsAtMost = 10;

    private readonly TemporaryFolder _folder = new();
    private readonly List<Replica> _replicas = [];
    private Replica? _follower;
    private readonly List<ValidatorKey> _keys;
    private readonly Dictionary<long, Validator> _proposers = [];
    private StoredBlock? _last;

    private SteppedNetwork(int validators) =>
        _keys = [.. Enumerable.Range(0, validators).Select(i => ValidatorKey.FromSeed(Hash256.Of([(byte)i]).Span))];

    /// <summary>An account with coins.</summary>
    public SecretKey Key { get; } = SecretKey.From(Hash256.Of("stepped"u8).Span);

    public ChainState State { get; private set; } = null!;

    public IReadOnlyList<ValidatorKey> Keys => _keys;

    public IReadOnlyList<SequencerApplication> Applications => [.. All.Select(replica => replica.Application)];

    private IEnumerable<Replica> All => _follower is null ? _replicas : _replicas.Append(_follower);

    /// <param name="powers">One validator for each.</param>
    /// <param name="wrap">Replaces a replica's application, by its number.</param>
    public static async Task<SteppedNetwork> StartAsync(long[] powers, int replicas, Func<int, IAbciApplication, IAbciApplication>? wrap = null)
    {
        var network = new SteppedNetwork(powers.Length);
        for (var i = 0; i < replicas; i++)
            network._replicas.Add(await Replica.StartAsync(network._folder.File($"abci{i}.sock"), application => wrap?.Invoke(i, application) ?? application));
        network._follower = await Replica.StartAsync(network._folder.File("follower.sock"), application => application);
        await network.InitAsync(powers);
        return network;
    }

    /// <summary>A transfer of one useq to oneself.</summary>
    public SignedTransaction Sign(ulong nonce) => SignedTransaction.Sign(
        new TransactionBody
        {
            ChainId = ChainId,
            Nonce = nonce,
            MaxFeePerByte = 10,
            TipPerByte = 1,
            ExpiryTime = GenesisTime.ToUnixTimeSeconds() + 3600,
            Actions = [new Transfer(Key.PublicKey, 1)],
        },
        Key);

    /// <summary>Has all replicas check a transaction.</summary>
    public async Task SubmitAsync(SignedTransaction transaction)
    {
        foreach (var replica in _replicas)
        {
            var answer = await replica.Lines.Mempool.CallAsync(new Request { CheckTx = new RequestCheckTx { Tx = ByteString.CopyFrom(transaction.Raw.Span) } });
            Assert.That(answer.CheckTx.Code, Is.Zero, answer.CheckTx.Log);
        }
    }

    /// <summary>So many heights on which everybody votes.</summary>
    public async Task AdvanceAsync(int blocks)
    {
        for (var i = 0; i < blocks; i++)
            await StepAsync(new StepPlan());
    }

    /// <summary>Makes the next height's block, in as many rounds as it takes. All replicas must compute the same of it.</summary>
    public async Task<SteppedBlock> StepAsync(StepPlan plan)
    {
        List<bool[]> verdicts = [];
        StoredBlock? before = null;
        var rotation = State.Validators;
        var proposer = _proposers[State.NextHeight];
        for (var round = 0; round < RoundsAtMost; round++)
        {
            var block = await ProposeAsync(plan, round, proposer.Address);
            var id = block.Id();
            verdicts.Add(await Task.WhenAll(_replicas.Select(replica => JudgeAsync(replica, block, id, plan))));

            // The late votes of the round before are there now: they may decide it after all.
            if (before is not null && HasQuorum(before.Commit!))
                return await ApplyAsync(before, plan, verdicts);
            var commit = Vote(plan, round, block, id, verdicts[^1], withLate: false);
            if (HasQuorum(commit))
                return await ApplyAsync(new StoredBlock(id, round, block, commit, null), plan, verdicts);
            before = new StoredBlock(id, round, block, Vote(plan, round, block, id, verdicts[^1], withLate: true), null);
            (rotation, proposer) = ValidatorRotation.Next(rotation);
        }

        throw new AssertionException($"There was no block at height {State.NextHeight} within {RoundsAtMost} rounds.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in All)
            await replica.DisposeAsync();
        _folder.Dispose();
    }

    private async Task InitAsync(long[] powers)
    {
        var genesis = new GenesisRequest
        {
            ChainId = ChainId,
            Accounts = [$"{Key.PublicKey}=1000000000000"],
            Validators = [.. _keys.Select((key, i) => $"{Convert.ToBase64String(key.PublicKey.Span)}={powers[i]}")],
            Time = CometTime.From(GenesisTime),
        }.ToDocument();
        var request = new RequestInitChain
        {
            Time = AbciRequests.Time(genesis.GenesisTime),
            ChainId = ChainId,
            ConsensusParams = ParamsConversion.ToWire(genesis.ConsensusParams),
            AppStateBytes = ByteString.CopyFromUtf8(genesis.AppStateJson!),
            InitialHeight = 1,
            Validators = { genesis.Validators.Select(v => new ValidatorUpdate { PubKey = new() { Ed25519 = ByteString.CopyFrom(v.PublicKey.Span) }, Power = v.Power }) },
        };
        var answers = await Task.WhenAll(All.Select(replica => replica.Lines.InitChainAsync(request)));
        Assert.That(answers, Is.All.EqualTo(answers[0]));
        var (first, proposer) = ValidatorRotation.First(genesis.Validators.Select(v => (v.PublicKey, v.Power)));
        var (second, next) = ValidatorRotation.Next(first);
        (_proposers[1], _proposers[2]) = (proposer, next);
        State = new ChainState(
            ChainId, 1, 0, BlockId.Empty, genesis.GenesisTime, null, first, second, genesis.ConsensusParams, genesis.ConsensusParams.AppVersion,
            HexBytes.From(answers[0].AppHash.Span), SharedSequencer.CometBft.Types.ExecTxResult.Hash([]));
    }

    private async Task<Block> ProposeAsync(StepPlan plan, int round, ValidatorAddress proposer)
    {
        var lastCommit = _last?.Commit ?? Commit.Empty;
        var transactions = plan.Proposal(round);
        if (transactions is null)
        {
            var request = AbciRequests.Prepare(State, _last, lastCommit, [], proposer);
            request.Misbehavior.Add(plan.Evidence.Select(evidence => evidence.Misbehavior(State)));
            var replica = _replicas[IndexOf(proposer) % _replicas.Count];
            transactions = [.. (await replica.Lines.PrepareProposalAsync(request)).Txs.Select(transaction => transaction.Memory)];
        }

        var block = BlockMaker.Make(State, lastCommit, [.. transactions], proposer);
        byte[][] evidence = [.. plan.Evidence.Select(one => one.ToProto(State))];
        return block with
        {
            Header = block.Header with { EvidenceHash = EvidenceList.Hash(evidence) },
            Evidence = [.. evidence.Select(DuplicateVote.Wrap)],
        };
    }

    private async Task<bool> JudgeAsync(Replica replica, Block block, BlockId id, StepPlan plan)
    {
        var request = AbciRequests.Process(block, id, State.LastValidators);
        request.Misbehavior.Add(plan.Evidence.Select(evidence => evidence.Misbehavior(State)));
        var answer = await replica.Lines.ProcessProposalAsync(request);
        return answer.Status == ResponseProcessProposal.Types.ProposalStatus.Accept;
    }

    private Commit Vote(StepPlan plan, int round, Block block, BlockId id, bool[] verdicts, bool withLate)
    {
        var time = block.Header.Time;
        var signatures = ImmutableArray.CreateBuilder<CommitSig>();
        foreach (var validator in State.Validators.Validators)
        {
            // Each a millisecond after the one before.
            time = BftTime.OfVote(time, new ManualTime(GenesisTime));
            var index = IndexOf(validator.Address);
            var ballot = plan.Votes(round, index);
            if (ballot == Ballot.Late)
                ballot = withLate ? Ballot.Commit : Ballot.Absent;
            if (ballot == Ballot.Commit && !verdicts[index % verdicts.Length])
                ballot = Ballot.Nil;
            if (ballot == Ballot.Absent)
            {
                signatures.Add(CommitSig.Absent);
                continue;
            }

            var bytes = CanonicalVote.PrecommitSignBytes(ChainId, block.Header.Height, round, ballot == Ballot.Commit ? id : null, time);
            signatures.Add(new CommitSig(
                ballot == Ballot.Commit ? BlockIdFlag.Commit : BlockIdFlag.Nil, validator.Address, time, HexBytes.From(_keys[index].Sign(bytes))));
        }

        return new Commit(block.Header.Height, round, id, signatures.DrainToImmutable());
    }

    private async Task<SteppedBlock> ApplyAsync(StoredBlock decided, StepPlan plan, List<bool[]> verdicts)
    {
        var request = AbciRequests.Finalize(decided.Block, decided.Id, State.LastValidators);
        request.Misbehavior.Add(plan.Evidence.Select(evidence => evidence.Misbehavior(State)));
        var answers = await Task.WhenAll(All.Select(replica => replica.Lines.FinalizeBlockAsync(request)));
        Assert.That(answers, Is.All.EqualTo(answers[0]), $"the replicas differ at height {decided.Block.Header.Height}");
        await Task.WhenAll(All.Select(replica => replica.Lines.CommitAsync()));

        _proposers[State.NextHeight + 2] = ValidatorRotation.Next(ValidatorRotation.Update(
            State.NextValidators, [.. answers[0].ValidatorUpdates.Select(update => (SoleValidator.KeyOf(update), update.Power))])).Proposer;
        State = StateTransition.Apply(State, decided.Block, decided.Id, answers[0]);
        _last = decided;
        return new SteppedBlock(decided.Block, decided.Id, decided.Commit!, verdicts, answers[0]);
    }

    private bool HasQuorum(Commit commit)
    {
        long power = 0;
        for (var i = 0; i < commit.Signatures.Length; i++)
            power += commit.Signatures[i].BlockIdFlag == BlockIdFlag.Commit ? State.Validators.Validators[i].VotingPower : 0;
        return 3 * power > 2 * State.Validators.TotalVotingPower;
    }

    private int IndexOf(ValidatorAddress address) => _keys.FindIndex(key => key.PublicKey.Address == address);

    private sealed class Replica(SequencerApplication application, AbciServer server, AbciLines lines) : IAsyncDisposable
    {
        public SequencerApplication Application => application;

        public AbciLines Lines => lines;

        public static async Task<Replica> StartAsync(string socket, Func<IAbciApplication, IAbciApplication> wrap)
        {
            var application = new SequencerApplication(new MemoryChainStore(), new RecordingObserver(), new ApplicationOptions());
            var server = new AbciServer(
                wrap(application), new AbciServerOptions { Address = AbciAddress.Unix(socket) }, new NoFaults(), NullLogger<AbciServer>.Instance);
            await server.StartAsync(CancellationToken.None);
            return new Replica(application, server, await AbciLines.DialAsync(new UnixDomainSocketEndPoint(socket), CancellationToken.None));
        }

        public async ValueTask DisposeAsync()
        {
            await lines.DisposeAsync();
            await server.DisposeAsync();
        }
    }

    /// <summary>A fault shows where the call was made.</summary>
    private sealed class NoFaults : IAbciFaultHandler
    {
        public void OnFault(AbciFault fault)
        {
        }
    }
}
