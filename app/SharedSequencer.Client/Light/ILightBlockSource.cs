using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>Where light blocks come from. Nothing that it gives is believed.</summary>
public interface ILightBlockSource
{
    /// <summary>For messages: the address.</summary>
    string Name { get; }

    /// <summary>The light block of a height, by default of the newest that there is.</summary>
    /// <exception cref="LightSourceException">It has none, or does not answer, or makes no sense.</exception>
    Task<LightBlock> GetAsync(long? height, CancellationToken cancellation);
}

/// <summary>Why a source gave no light block.</summary>
public enum LightSourceFailure
{
    /// <summary>The height is not there yet: ask again.</summary>
    NotYet,

    /// <summary>It does not keep that height any more.</summary>
    Pruned,

    /// <summary>It does not answer, or refuses.</summary>
    Unavailable,

    /// <summary>Its answer is no light block of that height.</summary>
    Malformed,
}

/// <summary>A source gave no light block.</summary>
public sealed class LightSourceException(LightSourceFailure failure, string message, Exception? inner = null)
    : LightClientException(LightStep.Source, message, inner)
{
    public LightSourceFailure Failure { get; } = failure;
}
