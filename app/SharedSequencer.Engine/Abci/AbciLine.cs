using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using Kind = SharedSequencer.AbciProto.Abci.Response.ValueOneofCase;

namespace SharedSequencer.Engine.Abci;

/// <summary>
/// One connection to an ABCI server, as CometBFT's socket client makes it: a varint length before each message, requests
/// answered strictly in order, a Flush behind each call that somebody waits for. Safe on every thread.
/// </summary>
internal sealed class AbciLine : IAsyncDisposable
{
    private const int MaximumResponseBytes = int.MaxValue;
    private const int MaximumPrefixBytes = 5;

    private static readonly byte[] s_flush = [0x02, 0x12, 0x00];

    private readonly string _name;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<Expected> _expected = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private EngineException? _fault;
    private bool _isClosing;

    private AbciLine(string name, Socket socket)
    {
        _name = name;
        _socket = socket;
        _reading = ReadAllAsync();
    }

    /// <summary>Fails when the server ended the connection or answered with an exception; ends well when it was closed here.</summary>
    public Task Broken => _broken.Task;

    /// <param name="name">What it carries, for messages.</param>
    /// <exception cref="EngineException">Nobody listens there.</exception>
    public static async Task<AbciLine> DialAsync(string name, EndPoint server, CancellationToken cancellation)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(
            isUnix ? AddressFamily.Unix : server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!isUnix)
                socket.NoDelay = true;
            await socket.ConnectAsync(server, cancellation);
            return new AbciLine(name, socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new EngineException($"The application's ABCI server at {server} cannot be reached: {error.Message}.", error);
        }
    }

    /// <summary>Makes a call and waits for its answer.</summary>
    /// <exception cref="EngineException">The application failed, or the connection broke.</exception>
    public async Task<Response> CallAsync(Request request)
    {
        var answer = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(request, new Expected(AnswerOf(request), answer, null), flush: true);
        return await answer.Task;
    }

    /// <summary>Sends a call without waiting; its answer is handed over in order, on the thread that reads.</summary>
    public Task PostAsync(Request request, Action<Response> onAnswer, bool flush) =>
        SendAsync(request, new Expected(AnswerOf(request), null, onAnswer), flush);

    /// <summary>Waits until everything sent before was answered and handed over.</summary>
    public Task FlushAsync()
    {
        var answer = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.WhenAll(SendAsync(null, new Expected(Kind.Flush, answer, null), flush: false), answer.Task);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _isClosing = true;
        _socket.Dispose();
        await _reading;
        _writing.Dispose();
    }

    private static Kind AnswerOf(Request request) => request.ValueCase switch
    {
        Request.ValueOneofCase.Info => Kind.Info,
        Request.ValueOneofCase.InitChain => Kind.InitChain,
        Request.ValueOneofCase.Query => Kind.Query,
        Request.ValueOneofCase.CheckTx => Kind.CheckTx,
        Request.ValueOneofCase.Commit => Kind.Commit,
        Request.ValueOneofCase.PrepareProposal => Kind.PrepareProposal,
        Request.ValueOneofCase.ProcessProposal => Kind.ProcessProposal,
        Request.ValueOneofCase.ExtendVote => Kind.ExtendVote,
        Request.ValueOneofCase.FinalizeBlock => Kind.FinalizeBlock,
        _ => throw new ArgumentException($"The engine makes no call of kind {request.ValueCase}.", nameof(request)),
    };

    /// <param name="request">Null for a bare Flush.</param>
    private async Task SendAsync(Request? request, Expected expected, bool flush)
    {
        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (_fault is not null)
                    throw _fault;
                _expected.Enqueue(expected);
                if (flush)
                    _expected.Enqueue(new Expected(Kind.Flush, null, null));
            }

            _buffer.ResetWrittenCount();
            if (request is null)
                _buffer.Write(s_flush);
            else
                Frame(request);
            if (flush)
                _buffer.Write(s_flush);
            for (var rest = _buffer.WrittenMemory; !rest.IsEmpty;)
                rest = rest[await _socket.SendAsync(rest)..];
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Break(error.Message, error);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Frame(Request request)
    {
        var prefix = _buffer.GetSpan(MaximumPrefixBytes);
        var count = 0;
        var rest = (uint)request.CalculateSize();
        for (; rest >= 0x80; rest >>= 7)
            prefix[count++] = (byte)((rest & 0x7f) | 0x80);
        prefix[count++] = (byte)rest;
        _buffer.Advance(count);
        request.WriteTo(_buffer);
    }

    private async Task ReadAllAsync()
    {
        var reader = PipeReader.Create(new NetworkStream(_socket, ownsSocket: false), new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                while (TryReadFrame(ref buffer, out var frame))
                    Take(Response.Parser.ParseFrom(frame));
                if (read.IsCompleted)
                {
                    Break("it ended the connection");
                    return;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (EngineException error)
        {
            Break(error);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidProtocolBufferException)
        {
            Break(error.Message, error);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private void Take(Response response)
    {
        Expected expected;
        lock (_gate)
        {
            if (!_expected.TryDequeue(out expected))
                throw new EngineException($"The application answered {response.ValueCase} on the {_name} connection although nothing was asked.");
        }

        if (response.ValueCase == Kind.Exception)
        {
            var fault = new EngineException($"The application failed: {response.Exception.Error}");
            expected.Answer?.TrySetException(fault);
            throw fault;
        }

        if (response.ValueCase != expected.Kind)
        {
            var fault = new EngineException($"The application answered {response.ValueCase} on the {_name} connection where {expected.Kind} was due.");
            expected.Answer?.TrySetException(fault);
            throw fault;
        }

        expected.OnAnswer?.Invoke(response);
        expected.Answer?.TrySetResult(response);
    }

    private static bool TryReadFrame(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        long length = 0;
        for (var i = 0; ; i++)
        {
            if (i == MaximumPrefixBytes)
                throw new EngineException("The application sent a length prefix of more than five bytes.");
            if (!reader.TryRead(out var group))
                return false;
            length |= (long)(group & 0x7f) << (7 * i);
            if ((group & 0x80) == 0)
                break;
        }

        if (length > MaximumResponseBytes)
            throw new EngineException($"The application sent an answer of {length} bytes.");
        if (reader.Remaining < length)
            return false;
        frame = buffer.Slice(reader.Position, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private EngineException Break(string reason, Exception? inner = null) =>
        Break(new EngineException($"The {_name} connection to the application broke: {reason}.", inner));

    private EngineException Break(EngineException fault)
    {
        Expected[] left;
        bool isClosing;
        lock (_gate)
        {
            isClosing = _isClosing;
            _fault ??= fault;
            left = [.. _expected];
            _expected.Clear();
        }

        foreach (var expected in left)
            expected.Answer?.TrySetException(_fault);
        if (isClosing)
            _broken.TrySetResult();
        else
            _broken.TrySetException(_fault);
        return _fault;
    }

    private readonly record struct Expected(Kind Kind, TaskCompletionSource<Response>? Answer, Action<Response>? OnAnswer);
}
