using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>The nodes that a light client asks: one that gives, and others that must have the same.</summary>
/// <param name="primary">Asked first.</param>
/// <param name="witnesses">Asked whether they agree; one of them takes over when the primary does not answer.</param>
/// <param name="options">How long one that does not answer is left alone.</param>
/// <param name="clock">For that.</param>
/// <param name="note">Told what happens to whom.</param>
internal sealed class LightSources(
    ILightBlockSource primary, IReadOnlyList<ILightBlockSource> witnesses, LightClientOptions options, TimeProvider clock, Action<string> note)
{
    private readonly List<Witness> _witnesses = [.. witnesses.Select(source => new Witness(source))];

    public ILightBlockSource Primary { get; private set; } = primary;

    /// <summary>True when there were ever others to ask.</summary>
    public bool HasWitnesses { get; } = witnesses.Count > 0;

    /// <summary>Those to ask now.</summary>
    public IReadOnlyList<ILightBlockSource> Awake() => [.. _witnesses.Where(IsAwake).Select(witness => witness.Source)];

    /// <summary>A block of a source, of the height that was asked for and no other.</summary>
    public static async Task<LightBlock> FetchAsync(ILightBlockSource source, long height, CancellationToken cancellation)
    {
        var block = await source.GetAsync(height, cancellation).ConfigureAwait(false);
        return block.Height == height
            ? block
            : throw new LightSourceException(
                LightSourceFailure.Malformed, $"{source.Name} sent the light block of height {block.Height} for height {height}.");
    }

    /// <summary>Leaves a witness alone for a while.</summary>
    public void Rest(ILightBlockSource source, string reason)
    {
        foreach (var witness in _witnesses.Where(witness => witness.Source == source))
            witness.RestsSince = clock.GetTimestamp();
        note($"{source.Name} is not asked for a while: {reason}");
    }

    /// <summary>Never asks a witness again.</summary>
    public void Remove(ILightBlockSource source, string reason)
    {
        _witnesses.RemoveAll(witness => witness.Source == source);
        note($"{source.Name} is not asked any more: {reason}");
    }

    /// <summary>A witness takes the place of a primary that does not answer; false when there is none.</summary>
    public bool ReplacePrimary(string reason)
    {
        if (_witnesses.FirstOrDefault(IsAwake) is not { } next)
            return false;
        _witnesses.Remove(next);
        var former = new Witness(Primary);
        _witnesses.Add(former);
        Primary = next.Source;
        Rest(former.Source, reason);
        note($"{Primary.Name} is asked first from now on.");
        return true;
    }

    private bool IsAwake(Witness witness) =>
        witness.RestsSince is not { } since || clock.GetElapsedTime(since) >= options.WitnessRest;

    private sealed class Witness(ILightBlockSource source)
    {
        public ILightBlockSource Source { get; } = source;

        public long? RestsSince { get; set; }
    }
}
