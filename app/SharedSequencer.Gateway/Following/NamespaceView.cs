using System.Globalization;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Submission;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Following;

/// <summary>The rollup's namespace and the gateway's account in the sequencer, as last seen: may it write, can it pay?</summary>
internal sealed class NamespaceView(GatewayOptions options, SequencerClient node, PayingAccount account)
{
    private volatile NamespaceResponse? _record;
    private volatile AccountResponse? _account;
    private volatile string? _fault = "The sequencer's node has not been asked yet.";

    /// <summary>Null before the node has answered once.</summary>
    public NamespaceResponse? Record => _record;

    /// <summary>The gateway's own balance in useq, as last seen.</summary>
    public ulong Balance => _account is { } known && ulong.TryParse(known.Balance, NumberStyles.None, CultureInfo.InvariantCulture, out var balance) ? balance : 0;

    /// <summary>The most bytes of payload that a block takes of this namespace: a longer one could never be ordered.</summary>
    public int MaximumPayload => _record is { MaxBytesPerBlock: > 0 and < int.MaxValue } record ? (int)record.MaxBytesPerBlock : int.MaxValue;

    /// <summary>Why transactions cannot be submitted now, for people; null when they can.</summary>
    public string? Fault
    {
        get
        {
            if (_fault is not null)
                return _fault;
            if (_record is null)
                return $"The namespace '{options.NamespaceText}' is not registered: run 'seqctl namespace register'.";
            if (_record.Writers is { } writers && !writers.Contains(account.Id.ToString()))
                return $"The account {account.Id} is not among the writers of '{options.NamespaceText}': its owner must add it.";
            return Balance == 0 ? $"The account {account.Id} is empty: send it some SEQ, as it pays for the transactions." : null;
        }
    }

    /// <summary>Asks the node.</summary>
    /// <exception cref="SequencerConnectionException">It does not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            _record = await node.GetNamespaceAsync(options.Namespace, cancellation);
            _account = await node.GetAccountAsync(account.Id, cancellation);
            _fault = null;
        }
        catch (Exception error) when (error is SequencerConnectionException or SequencerApiException)
        {
            _fault = $"The sequencer's node at {options.NodeUrl} does not answer: {error.Message}";
            throw;
        }
    }
}
