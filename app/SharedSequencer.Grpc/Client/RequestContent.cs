using System.Net;
using System.Net.Http.Headers;
using System.IO.Pipelines;
using Google.Protobuf;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Grpc.Client;

/// <summary>A call's only request as the body of an HTTP request.</summary>
internal sealed class RequestContent : HttpContent
{
    private readonly IMessage _message;
    private readonly int _maximum;

    public RequestContent(IMessage message, int maximum)
    {
        _message = message;
        _maximum = maximum;
        Headers.ContentType = new MediaTypeHeaderValue(HeaderNames.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        MessageFrame.Write(writer, _message, _maximum);
        await writer.FlushAsync(cancellationToken);
        await writer.CompleteAsync();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
