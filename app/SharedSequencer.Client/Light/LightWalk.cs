using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>Walks from a trusted light block to another, fetching what lies between from one source.</summary>
internal sealed class LightWalk(LightClientOptions options)
{
    // CometBFT's: a little more than half of the way, as sets change slowly.
    private const long PivotNumerator = 9;
    private const long PivotDenominator = 16;

    /// <summary>The blocks that were trusted on the way, both ends included.</summary>
    /// <exception cref="LightClientException">A step failed.</exception>
    public Task<List<LightBlock>> ForwardAsync(
        ILightBlockSource source, LightBlock trusted, LightBlock target, CometTime now, CancellationToken cancellation) =>
        options.Mode == LightMode.Sequential
            ? SequentiallyAsync(source, trusted, target, now, cancellation)
            : SkippingAsync(source, trusted, target, now, cancellation);

    /// <summary>Bisection: as far ahead as the trusted set vouches for, else nearer.</summary>
    public async Task<List<LightBlock>> SkippingAsync(
        ILightBlockSource source, LightBlock trusted, LightBlock target, CometTime now, CancellationToken cancellation)
    {
        List<LightBlock> trace = [trusted];
        List<LightBlock> ahead = [target];
        var depth = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var (last, next) = (trace[^1], ahead[depth]);
            var fault = LightVerifier.Verify(last.Header, last.Validators, next, now, options);
            if (fault is null)
            {
                trace.Add(next);
                if (depth == 0)
                    return trace;

                // From the new ground the whole way is tried again, then what was fetched before.
                ahead.RemoveRange(depth, ahead.Count - depth);
                depth = 0;
            }
            else if (fault.Value.Step == LightStep.Overlap)
            {
                if (++depth < ahead.Count)
                    continue;
                var pivot = last.Height + ((next.Height - last.Height) * PivotNumerator / PivotDenominator);
                ahead.Add(await LightSources.FetchAsync(source, pivot, cancellation).ConfigureAwait(false));
            }
            else
            {
                throw Refused(source, fault.Value);
            }
        }
    }

    /// <summary>Back over every header's hash of the one before it.</summary>
    public async Task<LightBlock> BackwardsAsync(ILightBlockSource source, LightBlock trusted, long height, CancellationToken cancellation)
    {
        if (trusted.Height - height > options.MaximumStepsBack)
        {
            throw new LightClientException(
                LightStep.Link,
                $"Height {height} is {trusted.Height - height} headers before the nearest trusted one, {trusted.Height}; at most {options.MaximumStepsBack} are walked back. Begin with an earlier trusted height.");
        }

        while (trusted.Height > height)
        {
            var block = await LightSources.FetchAsync(source, trusted.Height - 1, cancellation).ConfigureAwait(false);
            if (LightVerifier.VerifyBackwards(trusted.Header, block, options) is { } fault)
                throw Refused(source, fault);
            trusted = block;
        }

        return trusted;
    }

    private async Task<List<LightBlock>> SequentiallyAsync(
        ILightBlockSource source, LightBlock trusted, LightBlock target, CometTime now, CancellationToken cancellation)
    {
        List<LightBlock> trace = [trusted];
        while (trace[^1].Height < target.Height)
        {
            var last = trace[^1];
            var next = last.Height + 1 == target.Height
                ? target
                : await LightSources.FetchAsync(source, last.Height + 1, cancellation).ConfigureAwait(false);
            if (LightVerifier.Verify(last.Header, last.Validators, next, now, options) is { } fault)
                throw Refused(source, fault);
            trace.Add(next);
        }

        return trace;
    }

    private static LightClientException Refused(ILightBlockSource source, LightFault fault) =>
        new(fault.Step, $"What {source.Name} says is refused. {fault.Reason}");
}
