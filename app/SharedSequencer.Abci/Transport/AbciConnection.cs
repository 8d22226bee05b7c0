using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Abci.Scheduling;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// One connection and its thread, which reads requests, makes the calls in order and writes the answers. What else the
/// machine can do at the same time, the first phase of pipelined transactions, it shares with the preparation threads:
/// so a lone request wakes one thread and no other, and a flood keeps all cores busy.
/// </summary>
internal sealed class AbciConnection
{
    /// <summary>
    /// So few calls this thread prepares by itself: to wake another one for each, and to wait for it, would cost more than
    /// it saves.
    /// </summary>
    private const int FewCalls = 8;

    /// <summary>Answers between two looks at the socket, so that preparation threads find work while this one answers.</summary>
    private const int AnswersPerLook = 16;

    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly AbciServerOptions _options;
    private readonly CallRunner _runner;
    private readonly PreparationPool _pool;
    private readonly Action<AbciFault> _onFault;
    private readonly ILogger _logger;
    private readonly RequestReader _reader;
    private readonly ResponseWriter _writer;
    private readonly Queue<PendingCall> _calls = new();
    private readonly ManualResetEventSlim _prepared = new();
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MalformedFrameException? _malformed;
    private long _heldBytes;
    private int _answersSinceLook;
    private int _ended;
    private volatile bool _stopping;

    public AbciConnection(
        Socket socket,
        string name,
        AbciServerOptions options,
        CallRunner runner,
        PreparationPool pool,
        Action<AbciFault> onFault,
        ILogger logger)
    {
        _socket = socket;
        Name = name;
        _options = options;
        _runner = runner;
        _pool = pool;
        _onFault = onFault;
        _logger = logger;
        _reader = new RequestReader(socket, options.MaxRequestBytes);
        _writer = new ResponseWriter(socket);
    }

    public string Name { get; }

    /// <summary>Bytes of requests read and not answered yet.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Serves until the peer ends the connection, breaks the protocol, or the server stops. Never throws.</summary>
    public Task RunAsync()
    {
        new Thread(Serve) { IsBackground = true, Name = $"abci {Name}" }.Start();
        return _served.Task;
    }

    /// <summary>Stops reading; the call that runs is finished and answered, the rest is dropped.</summary>
    public void Stop()
    {
        Volatile.Write(ref _ended, 1);
        _stopping = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    /// <summary>Frees a thread that waits for a peer that does not read.</summary>
    public void Cut() => _socket.Dispose();

    private void Serve()
    {
        try
        {
            while (Next() is { } call && TryAnswer(call))
                Look();
            if (_malformed is not null && IsFirstEnd())
                AbciLog.Malformed(_logger, Name, _malformed.Message);
            else if (IsFirstEnd())
                AbciLog.Ended(_logger, Name);
        }
        catch (Exception e)
        {
            // Whatever it is, the connection ends and the peer, which has no timeouts, notices.
            if (IsFirstEnd())
                AbciLog.Broke(_logger, Name, e.Message);
        }
        finally
        {
            _socket.Dispose();
            _served.SetResult();
        }
    }

    /// <summary>The next call, which is waited for when none is there: all answers are sent before.</summary>
    /// <returns>Null when there will be none.</returns>
    private PendingCall? Next()
    {
        while (!_stopping)
        {
            if (_calls.Count == 0)
                ReadCalls();
            if (_calls.TryDequeue(out var call))
                return call;
            if (_malformed is not null)
                break;
            _writer.Flush();
            if (_reader.Receive())
                continue;
            if (_reader.Unread > 0)
                _malformed = new MalformedFrameException($"a frame that was cut off after {_reader.Unread} bytes");
            break;
        }

        _writer.Flush();
        return null;
    }

    /// <summary>Now and then takes what has come meanwhile.</summary>
    private void Look()
    {
        if (++_answersSinceLook < AnswersPerLook || _malformed is not null || !HasRoom)
            return;
        _answersSinceLook = 0;
        _reader.ReceiveReady();
        ReadCalls();
    }

    private void ReadCalls()
    {
        try
        {
            while (HasRoom && _reader.TryRead(out var request, out var wireBytes))
            {
                var call = new PendingCall(request, wireBytes);
                Interlocked.Add(ref _heldBytes, wireBytes);
                _calls.Enqueue(call);
                if (_calls.Count > FewCalls && call.HasPreparation)
                    _pool.Add(call);
            }
        }
        catch (MalformedFrameException e)
        {
            // What came before it is still answered.
            _malformed = e;
        }
    }

    private bool HasRoom => _calls.Count < _options.MaxQueuedRequests && _heldBytes < _options.MaxQueuedBytes;

    private bool TryAnswer(PendingCall call)
    {
        // What is ready does not wait for a call that may be a whole block.
        if (_writer.HasUnsent && !call.HasPreparation && call.Request.ValueCase != Request.ValueOneofCase.Flush)
            _writer.Flush();

        Response response;
        try
        {
            if (call.HasPreparation)
                Prepare(call);
            response = _runner.Run(call);
        }
        catch (CallsHaltedException)
        {
            return false;
        }
        catch (Exception e)
        {
            Fail(call, e);
            return false;
        }

        // CometBFT sends Flush after nearly each transaction of a flood. What has come behind it is answered within the
        // same write: a peer that waits for this answer has sent nothing else.
        _writer.Write(response);
        Interlocked.Add(ref _heldBytes, -call.WireBytes);
        return true;
    }

    // One line of the log says why a connection ended, whichever side saw it first; none when the server stops.
    private bool IsFirstEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    // While another thread has the head of the queue in hand, this one takes what comes after it.
    private void Prepare(PendingCall call)
    {
        while (!call.IsPrepared && !call.TryPrepare(_runner.Mempool))
        {
            if (_pool.TryTake(out var other))
                other.TryPrepare(_runner.Mempool);
            else
                call.WaitUntilPrepared(_prepared);
        }
    }

    private void Fail(PendingCall call, Exception exception)
    {
        var fault = new AbciFault(CallDescription.Of(call.Request), Name, exception);
        try
        {
            // A peer that does not read must not keep the report waiting.
            _socket.SendTimeout = (int)s_lastWords.TotalMilliseconds;
            _writer.Write(new Response
            {
                Exception = new ResponseException { Error = $"{fault.Call}: {exception.GetType().Name}: {exception.Message}" },
            });
            _writer.Flush();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            AbciLog.ExceptionNotSent(_logger, Name, e.Message);
        }

        _onFault(fault);
    }
}
