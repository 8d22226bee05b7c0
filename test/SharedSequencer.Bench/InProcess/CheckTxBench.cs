using System.Diagnostics;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Bench.InProcess;

/// <summary>CheckTx on all cores, next to nothing but the verification of as many signatures.</summary>
internal sealed class CheckTxBench : IBench
{
    private const int Accounts = 200;
    private const int Bytes = 1024;
    private const int PerRound = 6_000;
    private const int Rounds = 9;
    private const double Goal = 0.9;

    public string Name => "checktx";

    public string Description => "CheckTx in process, all cores, next to secp256k1 verification alone";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var keys = LoadKeys.Many(Accounts);
        var chain = new BenchChain(LoadGenesis.Of(keys.Append(LoadKeys.Of(Accounts)), BenchChain.Start));
        chain.Admit(LoadGenesis.Register(LoadKeys.Of(Accounts), BenchChain.Expiry));
        chain.Advance();
        var load = SignedLoad.Submissions(keys, PerRound * (Rounds + 1), Bytes, BenchChain.Expiry);

        // Signatures as different as the load's: the processor learns the path of one that comes again and again.
        var signatures = new (AccountId Key, Hash256 Message, byte[] Signature)[PerRound];
        Parallel.For(0, PerRound, i => signatures[i] = (keys[i % Accounts].PublicKey, load[i].Id, Schnorr.Sign(keys[i % Accounts], load[i].Id)));

        List<double> checks = [], verifications = [], checkCpu = [], verifyCpu = [];
        for (var round = 0; round <= Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var requests = load.AsSpan(round * PerRound, PerRound).ToArray();
            var (verifySeconds, verifyUsed) = OnAllCores(PerRound, i => Verify(signatures[i].Key, signatures[i].Message, signatures[i].Signature));
            var (checkSeconds, checkUsed) = CheckInOrder(chain, requests);
            while (chain.Application.Pool.Count > 0)
                chain.Advance();

            // The first round is the compiler's.
            if (round == 0)
                continue;
            checks.Add(PerRound / checkSeconds);
            verifications.Add(PerRound / verifySeconds);
            checkCpu.Add(checkUsed / PerRound * 1e6);
            verifyCpu.Add(verifyUsed / PerRound * 1e6);
        }

        // Rounds of both take turns: what else the machine does meets both.
        var ratio = Statistics.Median(checks) / Statistics.Median(verifications);
        IReadOnlyList<Figure> figures =
        [
            new Figure
            {
                Name = "checktx",
                Value = Statistics.Median(checks),
                Unit = "tx/s",
                Yardstick = "secp256k1 verify",
                YardstickValue = Statistics.Median(verifications),
                Ratio = ratio,
                Goal = $"≥ {Goal} of what all cores can verify",
                Met = ratio >= Goal,
                Runs = checks,
                Note = $"processor time: {Statistics.Median(checkCpu):0.0} µs a CheckTx, {Statistics.Median(verifyCpu):0.0} µs a verification: {Statistics.Median(verifyCpu) / Statistics.Median(checkCpu):0.00}, collector and all",
            },
        ];
        return Task.FromResult(figures);
    }

    private static void Verify(AccountId key, Hash256 message, byte[] signature)
    {
        if (!Schnorr.Verify(key.Span, message.Span, signature))
            throw new InvalidDataException("A good signature was refused.");
    }

    /// <summary>As the ABCI server does it: the first phase on all cores, then admission one at a time in the order of arrival.</summary>
    private static (double Seconds, double Cpu) CheckInOrder(BenchChain chain, SignedTransaction[] load)
    {
        var requests = Array.ConvertAll(load, BenchChain.CheckTx);
        var admissions = new Abci.Calls.IAdmission<ResponseCheckTx>[load.Length];
        var admitted = 0;
        Lock order = new();
        return OnAllCores(load.Length, i =>
        {
            Volatile.Write(ref admissions[i], chain.Application.PrepareCheckTx(requests[i]));
            if (!order.TryEnter())
                return;
            try
            {
                AdmitReady();
            }
            finally
            {
                order.Exit();
            }
        }, () =>
        {
            lock (order)
                AdmitReady();
            if (admitted != load.Length)
                throw new InvalidDataException($"{admitted} of {load.Length} transactions were admitted.");
        });

        void AdmitReady()
        {
            while (admitted < admissions.Length && Volatile.Read(ref admissions[admitted]) is { } next)
            {
                if (next.Admit() is { Code: not 0 } refused)
                    throw new InvalidDataException($"CheckTx refused a transaction of the load: {refused.Log}");
                admitted++;
            }
        }
    }

    private static (double Seconds, double Cpu) OnAllCores(int count, Action<int> work, Action? end = null)
    {
        var next = -1;
        var threads = new Thread[Environment.ProcessorCount];
        Exception? failure = null;
        var cpu = CpuTime.OfThis();
        var start = Stopwatch.GetTimestamp();
        for (var t = 0; t < threads.Length; t++)
        {
            threads[t] = new Thread(() =>
            {
                try
                {
                    int i;
                    while ((i = Interlocked.Increment(ref next)) < count)
                        work(i);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            threads[t].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        if (failure is not null)
            throw new InvalidDataException(failure.Message, failure);
        end?.Invoke();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, CpuTime.OfThis() - cpu);
    }
}
