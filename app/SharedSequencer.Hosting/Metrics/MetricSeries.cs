using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace SharedSequencer.Hosting.Metrics;

/// <summary>What a metric is in Prometheus' text format.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument with all its label sets. Safe on every thread.</summary>
internal sealed class MetricSeries
{
    /// <summary>A label whose values a stranger chooses must not fill the memory.</summary>
    private const int MaximumLabelSets = 1000;

    private static readonly double[] s_defaultBuckets =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private readonly double[] _buckets;
    private readonly bool _isSum;

    public MetricSeries(Instrument instrument, IReadOnlyList<double>? buckets)
    {
        Kind = KindOf(instrument);
        Name = PrometheusText.NameOf(instrument.Name, instrument.Unit, Kind);
        Description = instrument.Description ?? "";
        _buckets = Kind == MetricKind.Histogram ? [.. buckets ?? s_defaultBuckets] : [];

        // Observable instruments report totals; the others report changes, except a gauge.
        _isSum = !instrument.IsObservable && !IsGeneric(instrument, typeof(Gauge<>));
    }

    public string Name { get; }

    public string Description { get; }

    public MetricKind Kind { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            if (!_cells.TryGetValue(labels, out var cell))
            {
                if (_cells.Count >= MaximumLabelSets)
                    return;
                _cells.Add(labels, cell = new Cell(_buckets.Length));
            }

            if (Kind != MetricKind.Histogram)
            {
                cell.Value = _isSum ? cell.Value + value : value;
                return;
            }

            cell.Value += value;
            cell.Count++;
            for (var i = 0; i < _buckets.Length; i++)
            {
                if (value <= _buckets[i])
                {
                    cell.Buckets[i]++;
                    break;
                }
            }
        }
    }

    public void Write(StringBuilder text)
    {
        lock (_lock)
        {
            foreach (var (labels, cell) in _cells)
            {
                if (Kind != MetricKind.Histogram)
                {
                    PrometheusText.Sample(text, Name, labels, cell.Value);
                    continue;
                }

                long below = 0;
                for (var i = 0; i < _buckets.Length; i++)
                {
                    below += cell.Buckets[i];
                    PrometheusText.Sample(text, Name + "_bucket", WithLe(labels, PrometheusText.Number(_buckets[i])), below);
                }

                PrometheusText.Sample(text, Name + "_bucket", WithLe(labels, "+Inf"), cell.Count);
                PrometheusText.Sample(text, Name + "_sum", labels, cell.Value);
                PrometheusText.Sample(text, Name + "_count", labels, cell.Count);
            }
        }
    }

    private static string WithLe(string labels, string bound) =>
        string.Create(CultureInfo.InvariantCulture, $"{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"");

    private static MetricKind KindOf(Instrument instrument) =>
        IsGeneric(instrument, typeof(Histogram<>)) ? MetricKind.Histogram
        : IsGeneric(instrument, typeof(Counter<>)) || IsGeneric(instrument, typeof(ObservableCounter<>)) ? MetricKind.Counter
        : MetricKind.Gauge;

    private static bool IsGeneric(Instrument instrument, Type definition) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    private sealed class Cell(int buckets)
    {
        public double Value { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
