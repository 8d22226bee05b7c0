namespace SharedSequencer.Api.Contracts;

/// <summary>A namespace's record and head. Amounts in useq as decimal strings.</summary>
public sealed record NamespaceResponse
{
    /// <summary>16 hex digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>An address.</summary>
    public required string Owner { get; init; }

    /// <summary>Addresses; null when anyone may write.</summary>
    public IReadOnlyList<string>? Writers { get; init; }

    public required string FeeRecipient { get; init; }

    public required string SurchargePerByte { get; init; }

    /// <summary>The namespace's own fee at present, in useq for each byte of payload: 0 while it keeps to its target.</summary>
    public required string FeePerByte { get; init; }

    public required ulong MaxBytesPerBlock { get; init; }

    /// <summary><c>full</c> or <c>commitment</c>.</summary>
    public required string DataMode { get; init; }

    public required string Deposit { get; init; }

    public required NamespaceHeadResponse Head { get; init; }
}

/// <summary>A namespace's head at the node's last committed height.</summary>
/// <param name="SliceCount">The number of the newest slice; 0 when there is none.</param>
/// <param name="LastHeight">Height of the newest slice.</param>
/// <param name="Root">RFC 6962 root over the slices' leaves, lower hex.</param>
public sealed record NamespaceHeadResponse(ulong SliceCount, long LastHeight, string Root);

/// <summary><c>GET /v1/namespaces</c></summary>
public sealed record NamespaceListResponse(IReadOnlyList<NamespaceResponse> Namespaces)
{
    /// <summary>The <c>after</c> of the next page; null when this was the last.</summary>
    public string? Next { get; init; }
}
