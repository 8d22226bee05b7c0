using System.Buffers;
using System.Globalization;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Slices;

namespace SharedSequencer.Node.Api;

/// <summary>Server-sent events; a slice's number is its id.</summary>
internal readonly struct EventForm : IStreamForm
{
    public void Write(IBufferWriter<byte> frames, SliceResponse slice) => SseFrame.Write(
        frames, "slice", slice, ApiJson.Default.SliceResponse, slice.Number!.Value.ToString(CultureInfo.InvariantCulture));

    public void Write(IBufferWriter<byte> frames, TipEvent tip) => SseFrame.Write(frames, "tip", tip, ApiJson.Default.TipEvent, null);
}
