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

        List<double> prepared = [], processed = [], uncached = [], preparedCpu = [], processedCpu = [];
        var count = 0;
        for (var round = 0; round <= Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var chain = new BenchChain(genesis);
            Parallel.ForEach(load, t => _ = chain.Application.Check(t.Raw));
            foreach (var transaction in load)
                chain.Admit(transaction);
            ProcessMemory.Collect();

            var cpu = CpuTime.OfThis();
            var start = Stopwatch.GetTimestamp();
            var proposal = chain.Application.PrepareProposal(chain.Prepare(Bytes));
            var prepareSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var prepareCpu = CpuTime.OfThis() - cpu;

            // As it comes from the socket: every transaction in memory of its own.
            var request = chain.Process(proposal.Txs.Select(t => ByteString.CopyFrom(t.Span)));
            cpu = CpuTime.OfThis();
            start = Stopwatch.GetTimestamp();
            Accepted(chain.Application.ProcessProposal(request));
            var processSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var processCpu = CpuTime.OfThis() - cpu;

            count = proposal.Txs.Count - 1;
            var size = proposal.Txs.Sum(t => (long)t.Length);
            if (size < Bytes * 0.97)
                throw new InvalidDataException($"The proposal has {size} bytes; about {Bytes} are measured.");
            if (round == 0)
                continue;
            prepared.Add(prepareSeconds);
            processed.Add(processSeconds);
            preparedCpu.Add(prepareCpu);
            processedCpu.Add(processCpu);
            if (uncached.Count < 2)
            {
                var other = new BenchChain(genesis);
                start = Stopwatch.GetTimestamp();
                Accepted(other.Application.ProcessProposal(request));
                uncached.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        IReadOnlyList<Figure> figures =
        [
            Figure.AtMost("proposal-prepare", "s", prepared, Goal, $"{count} transactions; {Statistics.Median(preparedCpu):0.00} s of processor time"),
            Figure.AtMost("proposal-process", "s", processed, Goal, $"signatures known from CheckTx; {Statistics.Median(processedCpu):0.00} s of processor time"),
            Figure.Report("proposal-process-uncached", "s", uncached, "no signature known"),
        ];
        return Task.FromResult(figures);
    }

    private static void Accepted(ResponseProcessProposal answer)
    {
        if (answer.Status != ResponseProcessProposal.Types.ProposalStatus.Accept)
            throw new InvalidDataException("A good proposal was rejected.");
    }
}
