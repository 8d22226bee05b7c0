using SharedSequencer.Primitives;

namespace SharedSequencer.Storage.Reading;

/// <summary>Where a slice is.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Root">RFC 6962 root over its entries' leaf data.</param>
public readonly record struct SlicePlace(NamespaceId Namespace, ulong Number, long Height, uint EntryCount, Hash256 Root);
