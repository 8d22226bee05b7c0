using Microsoft.Extensions.Logging;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Relayer.Configuration;

namespace SharedSequencer.Relayer.Anchoring;

/// <summary>Runs the poster once the chain's first header tells which chain this is.</summary>
internal sealed partial class AnchorService(
    AnchorOptions options,
    SecretKey key,
    NodeAnchorSource source,
    AnchorReporter reporter,
    AnchorStatus status,
    FatalError fatal,
    TimeProvider time,
    ILoggerFactory loggers) : ProgramService(fatal)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<AnchorService>();

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var tag = await ChainTagAsync(stopping);
        using var rpc = new BitcoinRpc(options.Rpc);
        using var poster = AnchorPoster.Open(options.Poster with { ChainTag = tag }, key, rpc, source, reporter, time, loggers.CreateLogger<AnchorPoster>());
        status.Follow(poster);
        LogStarted(tag.ToString(), poster.Address);
        await poster.RunAsync(stopping);
    }

    private async Task<ChainTag> ChainTagAsync(CancellationToken stopping)
    {
        for (var warned = false; ; warned = true)
        {
            try
            {
                var first = (await source.LightAsync(1, stopping)).Header;
                return ChainTag.Of(first.ChainId, first.Time.Seconds, (uint)first.Time.Nanos, first.AppHash.Span);
            }
            catch (Exception e) when (e is SequencerApiException or SequencerConnectionException or FormatException or InvalidDataException)
            {
                if (!warned)
                    LogWaiting(e.Message);
            }

            await Task.Delay(s_retry, time, stopping);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Anchoring chain {Tag}; its coins are at {Address}")]
    private partial void LogStarted(string tag, string address);

    [LoggerMessage(2, LogLevel.Warning, "Anchoring waits for the chain's first header: {Reason}")]
    private partial void LogWaiting(string reason);
}
