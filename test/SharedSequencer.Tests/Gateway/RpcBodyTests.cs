using System.Text;
using NUnit.Framework;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Tests.Gateway;

public sealed class RpcBodyTests
{
    [TestCase("", -32700)]
    [TestCase("{", -32700)]
    [TestCase("nonsense", -32700)]
    [TestCase("[]", -32600)]
    [TestCase("[1,2,3,4]", -32600)]
    public void A_body_that_is_no_call_or_batch_is_refused_as_a_whole(string text, int code)
    {
        using var body = RpcBody.Read(Encoding.UTF8.GetBytes(text), 3, out var error);
        Assert.That(body, Is.Null);
        Assert.That(error?.Code, Is.EqualTo(code));
    }

    [Test]
    public void Deeply_nested_text_is_refused_without_harm()
    {
        var deep = new string('[', 100_000);
        Assert.That(RpcBody.Read(Encoding.UTF8.GetBytes(deep), 3, out var error), Is.Null);
        Assert.That(error?.Code, Is.EqualTo(-32700));
    }

    [TestCase("1", -32600)]
    [TestCase("{}", -32600)]
    [TestCase("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"a\"}", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1}", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"a\"}", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":7}", -32602)]
    public void A_call_that_is_malformed_is_refused_alone(string text, int code)
    {
        using var body = RpcBody.Read(Encoding.UTF8.GetBytes($"[{text},{{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"b\"}}]"), 3, out _);
        Assert.That(body!.Items[0].Error?.Code, Is.EqualTo(code));
        Assert.That((body.Items[1].Error, body.Items[1].Request.Method), Is.EqualTo(((RpcError?)null, "b")));
    }

    [Test]
    public void Answers_carry_the_ids_as_they_came_and_notifications_get_none()
    {
        const string text = """
            [{"jsonrpc":"2.0","id":1.50,"method":"a"},{"jsonrpc":"2.0","method":"silent"},
             {"jsonrpc":"2.0","id":"x\u0041","method":"b","params":[1]},{"jsonrpc":"2.0","id":null,"method":"c"},7]
            """;
        using var body = RpcBody.Read(Encoding.UTF8.GetBytes(text), 10, out _);
        Assert.That(body!.Items[1].Request.IsNotification, Is.True);

        var answer = RpcAnswerWriter.Body(body,
        [
            RpcResult.Of("0x1"), RpcResult.Null, RpcResult.Of(new RpcError(3, "execution reverted") { Data = "\"0x08\""u8.ToArray() }),
            RpcResult.EmptyArray, RpcResult.Of(body.Items[4].Error!),
        ]);
        Assert.That(Encoding.UTF8.GetString(answer.Span), Is.EqualTo(
            "[{\"jsonrpc\":\"2.0\",\"id\":1.50,\"result\":\"0x1\"},"
            + "{\"jsonrpc\":\"2.0\",\"id\":\"x\\u0041\",\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\"0x08\"}},"
            + "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":[]},"
            + "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"invalid request: an object is needed\"}}]"));
    }

    [TestCase("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}")]
    [TestCase("[{\"jsonrpc\":\"2.0\",\"method\":\"a\"}]")]
    public void Notifications_alone_have_an_empty_answer(string text)
    {
        using var body = RpcBody.Read(Encoding.UTF8.GetBytes(text), 10, out _);
        Assert.That(RpcAnswerWriter.Body(body!, [RpcResult.Null]).IsEmpty, Is.True);
    }

    [Test]
    public void A_single_call_is_answered_without_a_list()
    {
        using var body = RpcBody.Read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"a\"}"u8.ToArray(), 10, out _);
        Assert.That(
            Encoding.UTF8.GetString(RpcAnswerWriter.Body(body!, [RpcResult.Of("x")]).Span),
            Is.EqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"x\"}"));
    }
}
