using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Abci.Scheduling;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// One connection: a reader that never waits for the application, a bounded queue, and a thread of its own that makes
/// the calls in order and writes the answers.
/// </summary>
internal sealed class AbciConnection
{
    private const int ReadBytes = 64 * 1024;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly AbciServerOptions _options;
    private readonly CallRunner _runner;
    private readonly PreparationPool _pool;
    private readonly Action<AbciFault> _onFault;
    private readonly ILogger _logger;
    private readonly CallQueue _queue;
    private readonly ResponseWriter _writer;
    private readonly ManualResetEventSlim _prepared = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _ended;

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
        _queue = new CallQueue(options.MaxQueuedRequests, options.MaxQueuedBytes);
        _writer = new ResponseWriter(socket);
    }

    public string Name { get; }

    /// <summary>Bytes of requests read and not answered yet.</summary>
    public long HeldBytes => _queue.HeldBytes;

    /// <summary>Serves until the peer ends the connection, breaks the protocol, or the server stops. Never throws.</summary>
    public async Task RunAsync()
    {
        new Thread(AnswerAll) { IsBackground = true, Name = $"abci answer {Name}" }.Start();
        await ReadAllAsync();
        _queue.Close();
        await _answered.Task;
        _socket.Dispose();
    }

    /// <summary>Stops reading; the call that runs is finished and answered, the rest is dropped.</summary>
    public void Stop()
    {
        Volatile.Write(ref _ended, 1);
        _queue.Abandon();
        _stopping.Cancel();
    }

    /// <summary>Frees a thread that waits for a peer that does not read.</summary>
    public void Cut() => _socket.Dispose();

    private async Task ReadAllAsync()
    {
        var reader = PipeReader.Create(
            new NetworkStream(_socket, ownsSocket: false),
            new StreamPipeReaderOptions(bufferSize: ReadBytes, minimumReadSize: ReadBytes / 4));
        try
        {
            await ReadFramesAsync(reader);
            if (IsFirstEnd())
                AbciLog.Ended(_logger, Name);
        }
        catch (MalformedFrameException e)
        {
            if (IsFirstEnd())
                AbciLog.Malformed(_logger, Name, e.Message);
        }
        catch (Exception e)
        {
            // Whatever it is, the connection ends and the peer, which has no timeouts, notices.
            if (IsFirstEnd())
                AbciLog.Broke(_logger, Name, e.Message);
        }

        await reader.CompleteAsync();
    }

    private async Task ReadFramesAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync(_stopping.Token);
            var buffer = read.Buffer;
            while (FrameReader.TryRead(ref buffer, _options.MaxRequestBytes, out var frame))
            {
                var wireBytes = (int)frame.Length;
                if (!await _queue.WaitForRoomAsync(wireBytes))
                    return;
                Enqueue(new PendingCall(FrameReader.Parse(frame), wireBytes));
            }

            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty)
                    throw new MalformedFrameException($"a frame that was cut off after {buffer.Length} bytes");
                return;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private void Enqueue(PendingCall call)
    {
        // What is nearly alone goes straight to the answering thread: another one would only make it wait.
        if (_queue.Add(call) && call.HasPreparation)
            _pool.Add(call);
    }

    private void AnswerAll()
    {
        try
        {
            while (NextOrFlush() is { } call)
            {
                if (!TryAnswer(call))
                    break;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (IsFirstEnd())
                AbciLog.Broke(_logger, Name, e.Message);
        }
        finally
        {
            Stop();
            _answered.SetResult();
        }
    }

    private PendingCall? NextOrFlush()
    {
        if (_queue.TryTake(out var call))
            return call;
        _writer.Flush();
        return _queue.Take();
    }

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

        _writer.Write(response);
        _queue.Release(call);
        if (call.Request.ValueCase == Request.ValueOneofCase.Flush)
            _writer.Flush();
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
