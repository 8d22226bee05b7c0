using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.Light;

/// <summary>A source of light blocks in memory, which can lie, lag, forget or be silent.</summary>
internal sealed class MemoryBlocks(string name, IEnumerable<LightBlock> blocks) : ILightBlockSource
{
    private readonly SortedDictionary<long, LightBlock> _blocks = new(blocks.ToDictionary(block => block.Height));

    public string Name => name;

    /// <summary>Heights asked for, in order; 0 for the newest.</summary>
    public List<long> Asked { get; } = [];

    public bool IsSilent { get; set; }

    /// <summary>Heights below are pruned.</summary>
    public long Earliest { get; set; } = 1;

    public void Put(LightBlock block)
    {
        lock (_blocks)
            _blocks[block.Height] = block;
    }

    public Task<LightBlock> GetAsync(long? height, CancellationToken cancellation)
    {
        lock (_blocks)
        {
            Asked.Add(height ?? 0);
            if (IsSilent)
                throw new LightSourceException(LightSourceFailure.Unavailable, $"{name} is silent.");
            if (height is not { } h)
                return Task.FromResult(_blocks.Values.Last());
            if (h < Earliest)
                throw new LightSourceException(LightSourceFailure.Pruned, $"{name} has pruned {h}.");
            return _blocks.TryGetValue(h, out var block)
                ? Task.FromResult(block)
                : throw new LightSourceException(LightSourceFailure.NotYet, $"{name} does not have {h} yet.");
        }
    }
}
