using System.Text.Json;
using SharedSequencer.CometBft.Json;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>A parsed JSON-RPC answer: a result or an error.</summary>
internal sealed class RpcAnswer : IDisposable
{
    private readonly JsonDocument _document;

    private RpcAnswer(JsonDocument document, RpcError? error)
    {
        _document = document;
        Error = error;
    }

    public RpcError? Error { get; }

    /// <summary>The result; null in JSON when CometBFT has nothing at that height.</summary>
    public JsonField Result => new(_document.RootElement.GetProperty("result"), "result");

    /// <exception cref="CometJsonException">The text is no JSON-RPC answer to request <paramref name="id"/>.</exception>
    public static RpcAnswer Parse(ReadOnlyMemory<byte> text, int id)
    {
        var document = JsonField.Parse(text);
        try
        {
            var root = new JsonField(document.RootElement, "answer");
            RpcError? error = null;
            if (root.TryGet("error", out var json))
            {
                error = new RpcError(
                    json.Get("code").Int32(),
                    json.Get("message").Text(),
                    json.TryGet("data", out var data) ? data.Text() : "");
            }
            else if (root.Get("id").Int32() != id)
            {
                throw root.Get("id").Wrong($"the id of the request, {id},");
            }
            else if (!document.RootElement.TryGetProperty("result", out _))
            {
                throw new CometJsonException("answer: it has neither result nor error.");
            }

            return new RpcAnswer(document, error);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    public void Dispose() => _document.Dispose();
}
