using System.Buffers;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Grpc.Wire;
using SharedSequencer.Node.Slices;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary>Messages of <c>FollowSlices</c>.</summary>
internal readonly struct MessageForm : IStreamForm
{
    public void Write(IBufferWriter<byte> frames, SliceResponse slice) =>
        MessageFrame.Write(frames, new V1.SliceEvent { Slice = SliceMessages.Of(slice) }, NodeGrpc.ResponseBytes);

    public void Write(IBufferWriter<byte> frames, TipEvent tip) =>
        MessageFrame.Write(frames, new V1.SliceEvent { Tip = SliceMessages.Of(tip) }, NodeGrpc.ResponseBytes);
}
