using NUnit.Framework;
using SharedSequencer.SystemTests.Evm;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>The gateway while what it depends on is away.</summary>
public sealed class GatewayOutageTests
{
    [Test]
    public async Task Without_geth_calls_fail_with_a_reason_readiness_says_so_and_all_comes_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.Geth.KillAsync();

        Assert.That((await gateway.ErrorAsync("eth_chainId")).Code, Is.EqualTo(-32603));
        Assert.That((await gateway.RefusalAsync(SliceMaker.Transfer(GethNode.Rich[0], 0))).Message,
            Is.EqualTo("the rollup's execution client does not answer; try again later"));
        var unready = await GatewayUnderTest.UntilAsync(() => gateway.SendHttpAsync(HttpMethod.Get, "/readyz"), r => !r.IsSuccessStatusCode);
        Assert.That(await unready.Content.ReadAsStringAsync(), Does.Contain("execution_client"));

        await gateway.Geth.RunAsync();
        var ready = await GatewayUnderTest.UntilAsync(() => gateway.SendHttpAsync(HttpMethod.Get, "/readyz"), r => r.IsSuccessStatusCode);
        Assert.That(ready.IsSuccessStatusCode, Is.True);
        await gateway.ReceiptAsync(await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0)));
    }
}
