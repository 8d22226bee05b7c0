using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Client;

/// <summary>What following a namespace brings: its slices, and between them how far the chain has come.</summary>
public abstract record SliceStreamEvent;

/// <summary>The next slice. Numbers come without gap or repetition.</summary>
public sealed record SliceArrived(SliceResponse Slice) : SliceStreamEvent;

/// <summary>Every slice up to this height has arrived. Heights only grow.</summary>
public sealed record TipReached(TipEvent Tip) : SliceStreamEvent;
