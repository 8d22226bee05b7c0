using SharedSequencer.Api;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>Light blocks from a sequencer node's API, <c>/v1/light</c>.</summary>
public sealed class NodeLightBlocks(SequencerClient client) : ILightBlockSource
{
    public string Name => client.Node.ToString().TrimEnd('/');

    public async Task<LightBlock> GetAsync(long? height, CancellationToken cancellation)
    {
        try
        {
            var answer = await client.GetLightAsync(height, cancellation).ConfigureAwait(false);
            var block = LightBlock.FromProto(answer.LightBlock);
            return block.Height == (height ?? answer.Height)
                ? block
                : throw new FormatException($"it is of height {block.Height}, not {height ?? answer.Height}.");
        }
        catch (SequencerApiException e)
        {
            var failure = e.Code switch
            {
                ProblemCodes.NotYet or ProblemCodes.NotReady => LightSourceFailure.NotYet,
                ProblemCodes.Pruned => LightSourceFailure.Pruned,
                _ => LightSourceFailure.Unavailable,
            };
            throw new LightSourceException(failure, $"{Name} gives no light block: {e.Message}", e);
        }
        catch (SequencerConnectionException e)
        {
            throw new LightSourceException(LightSourceFailure.Unavailable, e.Message, e);
        }
        catch (FormatException e)
        {
            throw new LightSourceException(LightSourceFailure.Malformed, $"{Name} sent no light block: {e.Message}", e);
        }
    }
}
