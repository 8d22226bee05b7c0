using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>What a light client is made of.</summary>
public sealed record LightClientSetup
{
    /// <summary>Gives headers.</summary>
    public required ILightBlockSource Primary { get; init; }

    /// <summary>Must have the same headers. Without any, a primary that has the keys of 1/3 of some old set's power goes unnoticed.</summary>
    public IReadOnlyList<ILightBlockSource> Witnesses { get; init; } = [];

    /// <summary>What to begin with; null to go on with what <see cref="File"/> holds.</summary>
    public TrustRoot? Root { get; init; }

    /// <summary>Where trusted headers are kept; null for in memory alone.</summary>
    public TrustedFile? File { get; init; }

    public LightClientOptions Options { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told, for people, what happens to nodes and to stored trust.</summary>
    public Action<string> Note { get; init; } = _ => { };
}

/// <summary>
/// CometBFT's light client: from one header that is trusted to any other, later or earlier, by signatures alone. Safe on
/// every thread; one verification runs at a time.
/// </summary>
/// <remarks>
/// All calls throw <see cref="LightClientException"/>, which names the step that failed; of these
/// <see cref="LightAttackException"/> holds evidence, and <see cref="LightSourceException"/> says that a node gave nothing.
/// </remarks>
public sealed class LightClient : ITrustedHeaders, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LightClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly TrustedFile? _file;
    private readonly LightSources _sources;
    private readonly LightWalk _walk;
    private readonly WitnessCheck _witnesses;
    private readonly TrustedBlocks _trusted;
    private bool _isSaved = true;
    private long _savedAt;

    private LightClient(LightClientSetup setup)
    {
        setup.Options.Check();
        _options = setup.Options;
        _clock = setup.Clock;
        _file = setup.File;
        _sources = new LightSources(setup.Primary, setup.Witnesses, _options, _clock, setup.Note);
        _walk = new LightWalk(_options);
        _witnesses = new WitnessCheck(_sources, _walk, _options, _clock);
        _trusted = new TrustedBlocks(_options.MaximumStored);
    }

    /// <summary>The chain that everything trusted is of.</summary>
    public string ChainId => Newest.Header.ChainId;

    /// <summary>The highest trusted light block.</summary>
    public LightBlock Newest
    {
        get
        {
            lock (_trusted)
                return _trusted.Newest;
        }
    }

    /// <summary>
    /// Begins with what is stored, or with the root: its block is fetched, compared with what is trusted, its commit
    /// checked, and the witnesses asked. A root that is given and not stored takes the place of what is.
    /// </summary>
    public static async Task<LightClient> OpenAsync(LightClientSetup setup, CancellationToken cancellation = default)
    {
        var client = new LightClient(setup);
        try
        {
            await client.BeginAsync(setup.Root, setup.Note, cancellation).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The trusted header of a height. The height above the chain's end is waited for; one further on is refused.
    /// </summary>
    public async Task<Header> AtAsync(long height, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return (await VerifyAsync(height, cancellation).ConfigureAwait(false)).Header;
            }
            catch (LightSourceException e) when (e.Failure == LightSourceFailure.NotYet)
            {
                var newest = await _sources.Primary.GetAsync(null, cancellation).ConfigureAwait(false);
                if (newest.Height < height - 1)
                    throw;
            }

            await Task.Delay(_options.PollInterval, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The light block of a height, trusted.</summary>
    public Task<LightBlock> VerifyAsync(long height, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return WithSourcesAsync(primary => FindAsync(primary, height, cancellation), cancellation);
    }

    /// <summary>The newest light block that the primary has, trusted; never lower than <see cref="Newest"/>.</summary>
    public Task<LightBlock> UpdateAsync(CancellationToken cancellation = default) => WithSourcesAsync(
        async primary =>
        {
            var block = await primary.GetAsync(null, cancellation).ConfigureAwait(false);
            return block.Height <= Newest.Height ? Newest : await ForwardAsync(primary, Newest, block, cancellation).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Writes what is trusted to the file, if anything is new.</summary>
    public void Save()
    {
        List<LightBlock> blocks;
        lock (_trusted)
        {
            if (_isSaved || _file is null)
                return;
            blocks = [.. _trusted.All];
            _isSaved = true;
            _savedAt = _clock.GetTimestamp();
        }

        _file.Write(blocks);
    }

    public void Dispose() => _one.Dispose();

    private async Task BeginAsync(TrustRoot? root, Action<string> note, CancellationToken cancellation)
    {
        foreach (var block in _file?.Read() ?? [])
            _trusted.Add(block);
        if (_trusted.Count > 0 && (root is null || IsStored(root)))
            return;
        if (root is null)
            throw new LightClientException(LightStep.Root, "Nothing is trusted yet: give a genesis, or a height and its block hash.");

        var first = await WithSourcesAsync(primary => LightSources.FetchAsync(primary, root.Height, cancellation), cancellation).ConfigureAwait(false);
        var fault = LightVerifier.ConsistencyFault(first, root.ChainIdFor(first), _options)
            ?? (root.MismatchOf(first) is { } mismatch ? new LightFault(LightStep.Root, mismatch) : (LightFault?)null)
            ?? LightVerifier.CommitFault(first);
        if (fault is { } refused)
            throw new LightClientException(refused.Step, $"What {_sources.Primary.Name} says is not what is trusted. {refused.Reason}");
        await _witnesses.CompareAsync([first], Now(), cancellation).ConfigureAwait(false);
        if (_trusted.Count > 0)
            note($"The stored trust of chain {ChainId} up to height {_trusted.Newest.Height} gives way to height {first.Height}, as you said.");
        _trusted.Clear();
        Trust(first);
        Save();
    }

    /// <summary>True when what is stored begins with the root, or holds it. A stored block that contradicts it is refused.</summary>
    private bool IsStored(TrustRoot root)
    {
        if (_trusted.Find(root.Height) is not { } stored)
            return false;
        return root.MismatchOf(stored) is not { } mismatch
            ? true
            : throw new LightClientException(
                LightStep.Root,
                $"What is stored contradicts what you trust: {mismatch} One of the two is of a false chain. Find out which; then remove {_file!.Path}, or give the other hash.");
    }

    private async Task<LightBlock> FindAsync(ILightBlockSource primary, long height, CancellationToken cancellation)
    {
        LightBlock? below;
        LightBlock? above;
        lock (_trusted)
        {
            if (_trusted.Find(height) is { } known)
                return known;
            (below, above) = (_trusted.Below(height), _trusted.Above(height));
        }

        // A header inside the trust period leads forward; else the nearest later one leads back, by hashes, at any age.
        if (below is not null && (above is null || !LightVerifier.IsExpired(below.Header, _options.TrustPeriod, Now())))
        {
            var target = await LightSources.FetchAsync(primary, height, cancellation).ConfigureAwait(false);
            return await ForwardAsync(primary, below, target, cancellation).ConfigureAwait(false);
        }

        return Trust(await _walk.BackwardsAsync(primary, above!, height, cancellation).ConfigureAwait(false));
    }

    private async Task<LightBlock> ForwardAsync(ILightBlockSource primary, LightBlock from, LightBlock target, CancellationToken cancellation)
    {
        var now = Now();
        var trace = await _walk.ForwardAsync(primary, from, target, now, cancellation).ConfigureAwait(false);
        await _witnesses.CompareAsync(trace, now, cancellation).ConfigureAwait(false);
        return Trust(target);
    }

    private LightBlock Trust(LightBlock block)
    {
        lock (_trusted)
        {
            _trusted.Add(block);
            _isSaved = false;
            if (_clock.GetElapsedTime(_savedAt) < _options.SaveInterval)
                return block;
        }

        Save();
        return block;
    }

    /// <summary>One at a time, and with another primary when the present one does not answer.</summary>
    private async Task<T> WithSourcesAsync<T>(Func<ILightBlockSource, Task<T>> work, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                try
                {
                    return await work(_sources.Primary).ConfigureAwait(false);
                }
                catch (LightSourceException e) when (e.Failure == LightSourceFailure.Unavailable && _sources.ReplacePrimary(e.Message))
                {
                    // The former primary rests: nobody is asked twice for one thing.
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private CometTime Now() => CometTime.From(_clock.GetUtcNow());
}
