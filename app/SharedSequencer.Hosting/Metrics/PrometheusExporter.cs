using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace SharedSequencer.Hosting.Metrics;

/// <summary>
/// Listens to the meters of this process whose names start with one of the given prefixes and writes what they measured
/// in Prometheus' text format.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();

    public PrometheusExporter(IReadOnlyList<string> meterPrefixes)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meterPrefixes.Any(p => instrument.Meter.Name.StartsWith(p, StringComparison.Ordinal)))
                listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(instrument, CreateSeries));
        };
        _listener.MeasurementsCompleted = (instrument, _) => _series.TryRemove(instrument, out MetricSeries? _);
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((MetricSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((MetricSeries)state!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>All metrics, ordered by name.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var sameName in _series.Values.GroupBy(s => s.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = sameName.First();
            if (first.Description.Length > 0)
                text.Append("# HELP ").Append(first.Name).Append(' ').Append(first.Description.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
            text.Append("# TYPE ").Append(first.Name).Append(' ').Append(first.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var series in sameName)
                series.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static MetricSeries CreateSeries(Instrument instrument) => new(instrument, instrument switch
    {
        Histogram<double> h => h.Advice?.HistogramBucketBoundaries,
        Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
        Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
        _ => null,
    });
}
