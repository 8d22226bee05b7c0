using System.Diagnostics.Metrics;

namespace SharedSequencer.Node.Metrics;

/// <summary>What a node measures of itself.</summary>
public sealed class NodeMetrics : IDisposable
{
    private readonly Meter _meter = new("SharedSequencer.Node");
    private readonly Counter<long> _transactions;
    private readonly Counter<long> _blocks;
    private readonly Histogram<double> _blockInterval;
    private readonly Histogram<double> _abciCalls;
    private readonly Histogram<double> _apiRequests;
    private readonly Histogram<double> _grpcCalls;
    private long _checks;
    private long _lastCommit;

    public NodeMetrics()
    {
        _transactions = _meter.CreateCounter<long>("sequencer.transactions", description: "Transactions in committed blocks.");
        _blocks = _meter.CreateCounter<long>("sequencer.blocks", description: "Committed blocks.");
        _blockInterval = _meter.CreateHistogram<double>("sequencer.block.interval", "s", "Time between two commits by this machine's clock.");
        _abciCalls = _meter.CreateHistogram<double>("sequencer.abci.call", "s", "Duration of an ABCI call, by its name.");
        _apiRequests = _meter.CreateHistogram<double>("sequencer.api.request", "s", "Duration of an API request, by route and status.");
        _grpcCalls = _meter.CreateHistogram<double>("sequencer.grpc.call", "s", "Duration of a gRPC call that is no stream, by method and code.");
        _meter.CreateObservableCounter("sequencer.checks", () => Volatile.Read(ref _checks), description: "Transactions that CheckTx was asked about.");
    }

    /// <summary>Adds what is read when someone looks.</summary>
    public void Observe(string name, string? unit, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, value, unit, description);

    /// <summary>Counts a committed block.</summary>
    public void BlockCommitted(int transactions)
    {
        _blocks.Add(1);
        _transactions.Add(transactions);
        var now = Environment.TickCount64;
        var last = Interlocked.Exchange(ref _lastCommit, now);
        if (last != 0)
            _blockInterval.Record((now - last) / 1000.0);
    }

    public void Checked() => Interlocked.Increment(ref _checks);

    public void AbciCall(string call, TimeSpan duration) => _abciCalls.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("call", call));

    public void ApiRequest(string route, int status, TimeSpan duration) => _apiRequests.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("route", route), new KeyValuePair<string, object?>("status", status));

    public void GrpcCall(string method, string code, TimeSpan duration) => _grpcCalls.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("code", code));

    public void Dispose() => _meter.Dispose();
}
