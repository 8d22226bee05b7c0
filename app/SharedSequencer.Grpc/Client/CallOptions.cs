using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Client;

/// <summary>What a caller says beside the request.</summary>
/// <param name="Headers">Sent before the request.</param>
/// <param name="Deadline">In UTC; the server is told. Null waits for ever.</param>
/// <param name="CancellationToken">Gives the call up.</param>
public readonly record struct CallOptions(Metadata? Headers = null, DateTime? Deadline = null, CancellationToken CancellationToken = default);
