using System.Diagnostics.Metrics;
using SharedSequencer.Gateway.Pool;

namespace SharedSequencer.Gateway;

/// <summary>What the gateway measures, under <c>SharedSequencer.Gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _answers;
    private readonly Histogram<double> _submissions;
    private readonly Counter<long> _submitted;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _executed;
    private readonly Counter<long> _dropped;

    public GatewayMetrics(IMeterFactory factory, PendingPool pool, TransactionHistory history)
    {
        var meter = factory.Create("SharedSequencer.Gateway");
        _answers = meter.CreateHistogram<double>("gateway.call.duration", "s", "Time to answer a call, by method.");
        _errors = meter.CreateCounter<long>("gateway.errors", description: "Calls answered with an error, by method and code.");
        _submissions = meter.CreateHistogram<double>("gateway.submission.duration", "s", "Time until the node had received a submission.");
        _submitted = meter.CreateCounter<long>("gateway.submitted", description: "Ethereum transactions that the node received.");
        _failed = meter.CreateCounter<long>("gateway.submission.failures", description: "Submissions that the node did not take.");
        _executed = meter.CreateCounter<long>("gateway.executed", description: "Transactions that left the pool with a receipt.");
        _dropped = meter.CreateCounter<long>("gateway.dropped", description: "Transactions that the executor passed over.");
        meter.CreateObservableGauge("gateway.pending", () => pool.Count, description: "Transactions accepted and not executed yet.");
        meter.CreateObservableGauge("gateway.history", () => history.Count, description: "Transactions whose place is remembered.");
    }

    /// <param name="method">A known method's name; strangers' names must not become labels.</param>
    public void Answered(string method, int? errorCode, TimeSpan duration)
    {
        _answers.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("method", method));
        if (errorCode is { } code)
            _errors.Add(1, new("method", method), new("code", code));
    }

    public void Submitted(int transactions, TimeSpan duration)
    {
        _submitted.Add(transactions);
        _submissions.Record(duration.TotalSeconds);
    }

    public void SubmissionFailed() => _failed.Add(1);

    public void Executed(int transactions) => _executed.Add(transactions);

    public void Dropped(int transactions) => _dropped.Add(transactions);
}
