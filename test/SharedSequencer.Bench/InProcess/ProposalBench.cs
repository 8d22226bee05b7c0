using System.Diagnostics;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench.InProcess;

/// <summary>A proposal of 22 MB of transfers: made, judged with signatures known from CheckTx, and judged without.</summary>
internal sealed class ProposalBench : IBench
{
    private const int Accounts = 20_000;
    private const long Bytes = 22_000_000;
    private const int Rounds = 5;
    private const int RoundsUncached = 2;
    private const double Goal = 0.5;

    public string Name => "proposal";

    public string Description => "PrepareProposal and ProcessProposal of 22 MB of transfers";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var keys = LoadKeys.Many(Accounts);
        var genesis = LoadGenesis.Of(keys, BenchChain.Start);
        var sample = SignedLoad.Transfers(keys, 1, BenchChain.Expiry)[0].Raw.Length;
        var load = SignedLoad.Transfers(keys, (int)(Bytes / sample) + Accounts, BenchChain.Expiry);
        context.Say($"{load.Length} transfers of about {sample} bytes");

        // Preparing and judging change nothing, so that one chain each serves all rounds. The judge is another node than
        // the proposer, which would know its own block again.
        var (proposer, judge) = (new BenchChain(genesis), new BenchChain(genesis));
        foreach (var chain in new[] { proposer, judge })
            Parallel.ForEach(load, t => _ = chain.Application.Check(t.Raw));
        foreach (var transaction in load)
            proposer.Admit(transaction);

        List<double> prepared = [], processed = [], own = [], uncached = [], preparedCpu = [], processedCpu = [];
        var count = 0;
        for (var round = 0; round <= Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            ProcessMemory.Collect();
            ResponsePrepareProposal proposal = new();
            var (prepareSeconds, prepareCpu) = Time(() => proposal = proposer.Application.PrepareProposal(proposer.Prepare(Bytes)));
            count = proposal.Txs.Count - 1;
            var size = proposal.Txs.Sum(t => (long)t.Length);
            if (size < Bytes * 0.97)
                throw new InvalidDataException($"The proposal has {size} bytes; about {Bytes} are measured.");

            // As it comes from the socket: every transaction in memory of its own.
            var request = judge.Process(proposal.Txs.Select(t => ByteString.CopyFrom(t.Span)));
            var (processSeconds, processCpu) = Time(() => Accepted(judge.Application.ProcessProposal(request)));
            var (ownSeconds, _) = Time(() => Accepted(proposer.Application.ProcessProposal(request)));
            if (round == 0)
                continue;
            prepared.Add(prepareSeconds);
            processed.Add(processSeconds);
            own.Add(ownSeconds);
            preparedCpu.Add(prepareCpu);
            processedCpu.Add(processCpu);
            if (uncached.Count < RoundsUncached)
                uncached.Add(Time(() => Accepted(new BenchChain(genesis).Application.ProcessProposal(request))).Seconds);
        }

        IReadOnlyList<Figure> figures =
        [
            Figure.AtMost("proposal-prepare", "s", prepared, Goal, $"{count} transactions; {Statistics.Median(preparedCpu):0.00} s of processor time"),
            Figure.AtMost("proposal-process", "s", processed, Goal, $"signatures known from CheckTx; {Statistics.Median(processedCpu):0.00} s of processor time"),
            Figure.Report("proposal-process-own", "s", own, "by the node that proposed it"),
            Figure.Report("proposal-process-uncached", "s", uncached, "no signature known"),
        ];
        return Task.FromResult(figures);
    }

    private static (double Seconds, double Cpu) Time(Action work)
    {
        var cpu = CpuTime.OfThis();
        var start = Stopwatch.GetTimestamp();
        work();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, CpuTime.OfThis() - cpu);
    }

    private static void Accepted(ResponseProcessProposal answer)
    {
        if (answer.Status != ResponseProcessProposal.Types.ProposalStatus.Accept)
            throw new InvalidDataException("A good proposal was rejected.");
    }
}
