using System.Diagnostics.CodeAnalysis;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>
/// The requests of one connection in the order in which they came, from the reader that adds them to the thread that
/// answers them. A call counts towards the bounds until it is released, that is, answered.
/// </summary>
/// <param name="maxCalls">Calls at most.</param>
/// <param name="maxBytes">Bytes of wire form at most; a single larger call fits when nothing else is held.</param>
internal sealed class CallQueue(int maxCalls, int maxBytes)
{
    /// <summary>
    /// So few the answering thread prepares by itself: to wake another one for each, and to wait for it, would cost more
    /// than it saves. When it cannot keep up, more gather.
    /// </summary>
    private const int FewCalls = 8;

    private readonly object _gate = new();
    private readonly Queue<PendingCall> _calls = new();
    private TaskCompletionSource<bool>? _room;
    private int _roomBytes;
    private int _heldCalls;
    private long _heldBytes;
    private bool _closed;
    private bool _abandoned;

    /// <summary>Bytes of calls that are not answered yet.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
                return _heldBytes;
        }
    }

    /// <summary>Waits for room for one more call: this is what holds the peer back.</summary>
    /// <returns>False when nobody will answer any more.</returns>
    public ValueTask<bool> WaitForRoomAsync(int wireBytes)
    {
        lock (_gate)
        {
            if (_abandoned || Fits(wireBytes, maxCalls))
                return ValueTask.FromResult(!_abandoned);
            _roomBytes = wireBytes;
            _room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<bool>(_room.Task);
        }
    }

    /// <summary>Adds a call that there is room for.</summary>
    /// <returns>False when few are held, and so it will be taken soon, or when nobody will answer any more: nobody else
    /// needs to prepare it.</returns>
    public bool Add(PendingCall call)
    {
        lock (_gate)
        {
            if (_abandoned)
                return false;
            _calls.Enqueue(call);
            _heldBytes += call.WireBytes;
            Monitor.Pulse(_gate);
            return ++_heldCalls > FewCalls;
        }
    }

    /// <summary>Takes the next call if one is there.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
            return _calls.TryDequeue(out call);
    }

    /// <summary>Waits for the next call.</summary>
    /// <returns>Null when the queue is closed and empty, or abandoned.</returns>
    public PendingCall? Take()
    {
        lock (_gate)
        {
            PendingCall? call;
            while (!_calls.TryDequeue(out call) && !_closed)
                Monitor.Wait(_gate);
            return call;
        }
    }

    /// <summary>Gives back the room of an answered call.</summary>
    public void Release(PendingCall call)
    {
        lock (_gate)
        {
            _heldCalls--;
            _heldBytes -= call.WireBytes;

            // At half the count, so that a full queue does not wake the reader for each single answer.
            if (_room is not null && Fits(_roomBytes, Math.Max(1, maxCalls / 2)))
                WakeReader(true);
        }
    }

    /// <summary>Nothing will be added any more; what is held is still answered.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing will be answered any more.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _closed = true;
            _abandoned = true;
            _calls.Clear();
            WakeReader(false);
            Monitor.PulseAll(_gate);
        }
    }

    private bool Fits(int wireBytes, int calls) =>
        _heldCalls == 0 || (_heldCalls < calls && _heldBytes + wireBytes <= maxBytes);

    private void WakeReader(bool goOn)
    {
        _room?.SetResult(goOn);
        _room = null;
    }
}
