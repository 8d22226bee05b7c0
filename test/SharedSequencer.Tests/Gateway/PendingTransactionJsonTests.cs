using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Evm.Rlp;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Methods;

namespace SharedSequencer.Tests.Gateway;

public sealed class PendingTransactionJsonTests
{
    [Test]
    public void The_signature_is_the_end_of_the_signed_bytes()
    {
        var transaction = SignedTransfers.Transfer(0, 7, value: 300, dataBytes: 2);
        using var document = JsonDocument.Parse(RpcResult.Of(w => PendingTransactionJson.Write(w, transaction)).Json);
        var json = document.RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("blockHash").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("nonce").GetString(), Is.EqualTo("0x7"));
            Assert.That(json.GetProperty("value").GetString(), Is.EqualTo("0x12c"));
            Assert.That(json.GetProperty("input").GetString(), Is.EqualTo("0x0101"));
            Assert.That(json.GetProperty("from").GetString(), Is.EqualTo(SignedTransfers.Address(0).ToString()));
            Assert.That(json.GetProperty("chainId").GetString(), Is.EqualTo("0x309"));
            Assert.That(json.GetProperty("yParity").GetString(), Is.AnyOf("0x0", "0x1"));
            Assert.That(
                transaction.Raw.ToArray()[^33..],
                Is.EqualTo(new RlpWriter().Integer(Quantity.ReadUInt256(json.GetProperty("s").GetString())).ToArray()));
        });
    }
}
