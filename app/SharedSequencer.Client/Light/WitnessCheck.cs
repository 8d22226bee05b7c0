using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>
/// Asks the witnesses for what the primary gave (CometBFT's light/detector.go). Who has another header must show that it
/// is signed: then it is an attack. Who cannot is not believed any more.
/// </summary>
internal sealed class WitnessCheck(LightSources sources, LightWalk walk, LightClientOptions options, TimeProvider clock)
{
    /// <summary>Returns when nobody contradicts, and at least one witness agrees where there are any.</summary>
    /// <param name="trace">From a header that was trusted before to the one in question.</param>
    /// <exception cref="LightAttackException">Two chains are signed.</exception>
    /// <exception cref="LightClientException">No witness agrees.</exception>
    public async Task CompareAsync(IReadOnlyList<LightBlock> trace, CometTime now, CancellationToken cancellation)
    {
        if (!sources.HasWitnesses)
            return;
        var target = trace[^1];
        var agrees = false;
        var answers = sources.Awake().Select(witness => (Witness: witness, Answer: AskAsync(witness, target, cancellation))).ToList();
        foreach (var (witness, answer) in answers)
        {
            try
            {
                var block = await answer.ConfigureAwait(false);
                if (IsSame(block, target))
                    agrees = true;
                else
                    await ExamineAsync(witness, trace, block, now, cancellation).ConfigureAwait(false);
            }
            catch (LightSourceException e)
            {
                sources.Rest(witness, e.Message);
            }
        }

        if (!agrees)
        {
            throw new LightClientException(
                LightStep.Witnesses,
                $"No other node confirms header {target.Height} of {sources.Primary.Name}. Name nodes that answer, or go on with one node alone.");
        }
    }

    /// <summary>What a witness has at a height; it may need a moment to get there.</summary>
    private async Task<LightBlock> AskAsync(ILightBlockSource witness, LightBlock target, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await LightSources.FetchAsync(witness, target.Height, cancellation).ConfigureAwait(false);
            }
            catch (LightSourceException e) when (e.Failure == LightSourceFailure.NotYet)
            {
                // A chain whose time has passed the header's, yet not its height, is another chain.
                var newest = await witness.GetAsync(null, cancellation).ConfigureAwait(false);
                if (newest.Height < target.Height && newest.Header.Time >= target.Header.Time)
                    return newest;
                if (clock.GetElapsedTime(start) >= options.WitnessPatience)
                    throw;
            }

            await Task.Delay(options.PollInterval, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Finds where a witness leaves the primary's way, and whether its own way from there is signed.</summary>
    private async Task ExamineAsync(
        ILightBlockSource witness, IReadOnlyList<LightBlock> trace, LightBlock end, CometTime now, CancellationToken cancellation)
    {
        var common = trace[0];
        foreach (var block in trace)
        {
            // A witness whose chain ends before this height shows its end.
            var other = block.Height >= end.Height ? end : await LightSources.FetchAsync(witness, block.Height, cancellation).ConfigureAwait(false);
            if (IsSame(other, block))
            {
                common = block;
                continue;
            }

            if (block == trace[0])
            {
                sources.Remove(witness, $"it does not have the trusted header {block.Height}, {block.Header.Hash()}.");
                return;
            }

            try
            {
                await walk.SkippingAsync(witness, common, other, now, cancellation).ConfigureAwait(false);
            }
            catch (LightClientException e) when (e is not LightSourceException)
            {
                sources.Remove(witness, $"it has another header of height {other.Height} and cannot prove it. {e.Message}");
                return;
            }

            throw new LightAttackException(new LightAttack(sources.Primary.Name, witness.Name, common, block, other));
        }
    }

    private static bool IsSame(LightBlock left, LightBlock right) => left.Header.Hash() == right.Header.Hash();
}
