using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// Requests from a socket, for one thread. It reads with blocking calls: the kernel wakes that thread and no other, which
/// is most of what a small request costs.
/// </summary>
/// <param name="maxLength">The longest request, in bytes.</param>
internal sealed class RequestReader(Socket socket, int maxLength)
{
    private const int ReadBytes = 128 * 1024;

    // Room for a usual block's proposal, which comes with every height.
    private const int MaxKeptBytes = 8 * 1024 * 1024;

    private byte[] _buffer = new byte[ReadBytes];
    private int _start;
    private int _end;

    /// <summary>Bytes that are received and not cut into requests.</summary>
    public int Unread => _end - _start;

    /// <summary>Waits for bytes.</summary>
    /// <returns>False when the peer sends no more.</returns>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public bool Receive()
    {
        MakeRoom();
        var count = socket.Receive(_buffer.AsSpan(_end));
        _end += count;
        return count > 0;
    }

    /// <summary>Takes bytes that are there already.</summary>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public void ReceiveReady()
    {
        if (socket.Available > 0)
            Receive();
    }

    /// <summary>Cuts off the next request.</summary>
    /// <param name="wireBytes">Its length without the prefix.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="MalformedFrameException">What comes next is no request, or one that is too long.</exception>
    public bool TryRead([NotNullWhen(true)] out Request? request, out int wireBytes)
    {
        request = null;
        wireBytes = 0;
        var unread = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        if (!FrameReader.TryRead(ref unread, maxLength, out var frame))
            return false;
        request = FrameReader.Parse(frame);
        wireBytes = (int)frame.Length;
        _start = _end - (int)unread.Length;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > MaxKeptBytes)
                _buffer = new byte[ReadBytes];
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            // As bytes come, never as much as a prefix says: it may be all that is ever sent.
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
