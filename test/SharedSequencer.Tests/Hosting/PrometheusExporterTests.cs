using System.Diagnostics.Metrics;
using NUnit.Framework;
using SharedSequencer.Hosting.Metrics;

namespace SharedSequencer.Tests.Hosting;

public sealed class PrometheusExporterTests
{
    [Test]
    public void Counters_gauges_and_histograms_are_written_in_the_text_format()
    {
        using var exporter = new PrometheusExporter(["exporter.test"]);
        using var meter = new Meter("exporter.test");
        var requests = meter.CreateCounter<long>("gateway.requests", description: "Calls\nby method.");
        requests.Add(2, new KeyValuePair<string, object?>("method", "a\"b\\c\nd"), new KeyValuePair<string, object?>("code", 7));
        requests.Add(3, new KeyValuePair<string, object?>("code", 7), new KeyValuePair<string, object?>("method", "a\"b\\c\nd"));
        meter.CreateUpDownCounter<int>("in.flight").Add(5);
        var total = 10L;
        meter.CreateObservableCounter("seen", () => total);
        meter.CreateObservableGauge("height", () => 42);
        meter.CreateGauge<double>("temperature").Record(1.5);
        var times = meter.CreateHistogram<double>("request.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        times.Record(0.1);
        times.Record(0.5);
        times.Record(9);

        _ = exporter.Write();
        var text = exporter.Write();

        Assert.That(text, Is.EqualTo(string.Join('\n',
            "# HELP gateway_requests_total Calls\\nby method.",
            "# TYPE gateway_requests_total counter",
            "gateway_requests_total{code=\"7\",method=\"a\\\"b\\\\c\\nd\"} 5",
            "# TYPE height gauge",
            "height 42",
            "# TYPE in_flight gauge",
            "in_flight 5",
            "# TYPE request_duration_seconds histogram",
            "request_duration_seconds_bucket{le=\"0.1\"} 1",
            "request_duration_seconds_bucket{le=\"1\"} 2",
            "request_duration_seconds_bucket{le=\"+Inf\"} 3",
            "request_duration_seconds_sum 9.6",
            "request_duration_seconds_count 3",
            "# TYPE seen_total counter",
            "seen_total 10",
            "# TYPE temperature gauge",
            "temperature 1.5",
            "")));
    }

    [Test]
    public void Meters_of_other_names_are_left_out_and_label_sets_are_bounded()
    {
        using var exporter = new PrometheusExporter(["exporter.bounds"]);
        using var other = new Meter("other");
        using var meter = new Meter("exporter.bounds");
        other.CreateCounter<long>("unseen").Add(1);
        var counter = meter.CreateCounter<long>("labels");
        for (var i = 0; i < 5000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("value", i));

        var text = exporter.Write();
        Assert.That(text, Does.Not.Contain("unseen"));
        Assert.That(text.Split('\n'), Has.Length.LessThanOrEqualTo(1002));
    }
}
