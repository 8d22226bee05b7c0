using System.Runtime.ExceptionServices;
using SharedSequencer.Api;
using SharedSequencer.Client.Light;
using SharedSequencer.Client.Transport;

namespace SharedSequencer.Client.Following;

/// <summary>The nodes that can be asked: one at a time, the next when it fails.</summary>
internal sealed class NodeRing : IDisposable
{
    private readonly SequencerClient[] _nodes;
    private readonly NamespaceFollowerOptions _options;
    private readonly Backoff _backoff;
    private int _current;

    /// <summary>So many failed in a row, none for a reason that may pass.</summary>
    private int _refusals;

    /// <summary>So many failed since the last wait.</summary>
    private int _failures;

    /// <exception cref="ArgumentException">There is no node.</exception>
    public NodeRing(IReadOnlyList<Uri> nodes, NamespaceFollowerOptions options)
    {
        if (nodes.Count == 0)
            throw new ArgumentException("A node to follow is needed.", nameof(nodes));
        _options = options;
        _backoff = new Backoff(options.Client with { StreamGiveUpAfter = options.GiveUpAfter });
        _nodes = [.. nodes.Select(node => new SequencerClient(node, options: options.Client))];
    }

    public SequencerClient Current => _nodes[_current];

    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Dispose();
    }

    /// <summary>The present node brought us on.</summary>
    public void Works()
    {
        _backoff.Reset();
        (_refusals, _failures) = (0, 0);
    }

    /// <summary>
    /// Goes on to the next node; waits when all had their turn. Throws the fault when every node in a row has one that
    /// asking again does not cure, or when it has gone on for too long.
    /// </summary>
    public async Task FailAsync(Exception fault, CancellationToken cancellation)
    {
        _options.OnFault?.Invoke(new NodeFault(Current.Node, fault));
        _refusals = MayPass(fault) ? 0 : _refusals + 1;
        if (_refusals == _nodes.Length)
            ExceptionDispatchInfo.Throw(fault);
        _current = (_current + 1) % _nodes.Length;
        if (++_failures % _nodes.Length == 0)
            await _backoff.WaitAsync(fault, cancellation).ConfigureAwait(false);
    }

    /// <summary>True for what a node can do to its reader.</summary>
    public static bool IsFault(Exception error) => error is SequencerConnectionException or SequencerApiException or UnprovenAnswerException or LightSourceException;

    private static bool MayPass(Exception fault) =>
        fault is SequencerConnectionException or LightSourceException { Failure: not LightSourceFailure.Pruned } or SequencerApiException { Status: 408 or 429 or >= 500 } or SequencerApiException { Code: ProblemCodes.NotYet };
}
