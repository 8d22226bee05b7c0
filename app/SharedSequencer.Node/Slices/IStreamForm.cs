using System.Buffers;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Node.Slices;

/// <summary>How a stream of slices is written down: as events of HTTP, or as messages of gRPC.</summary>
internal interface IStreamForm
{
    void Write(IBufferWriter<byte> frames, SliceResponse slice);

    void Write(IBufferWriter<byte> frames, TipEvent tip);
}
