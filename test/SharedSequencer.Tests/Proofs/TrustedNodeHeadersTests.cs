using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Proofs;

internal sealed class TrustedNodeHeadersTests
{
    private static readonly LightBlock s_block = TestBlock.Random(new Random(1)).LightBlock;

    private static long Height => s_block.Header.Height;

    [Test]
    public async Task A_header_is_asked_for_once_and_waited_for_until_it_is_there()
    {
        var asked = 0;
        await using var node = await ScriptedNode.StartAsync(context => ++asked switch
        {
            1 => ScriptedNode.RefuseAsync(context, 404, ProblemCodes.NotYet, "Not committed yet."),
            2 => ScriptedNode.RefuseAsync(context, 503, ProblemCodes.NotReady, "Not fetched yet."),
            _ => AnswerAsync(context, s_block),
        });
        using var client = new SequencerClient(node.Address);
        var headers = new TrustedNodeHeaders(client, TimeSpan.FromMilliseconds(1));

        Assert.That(await headers.AtAsync(Height, default), Is.EqualTo(s_block.Header));
        Assert.That(await headers.AtAsync(Height, default), Is.EqualTo(s_block.Header));
        Assert.That(asked, Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_no_signed_header_of_the_height_is_refused()
    {
        var unsigned = s_block with
        {
            SignedHeader = s_block.SignedHeader with
            {
                Commit = s_block.Commit with { Signatures = [s_block.Commit.Signatures[0] with { Signature = HexBytes.From(new byte[64]) }] },
            },
        };
        var another = s_block with { SignedHeader = s_block.SignedHeader with { Header = s_block.Header with { AppHash = HexBytes.From(Hash256.Of("x"u8).Span) } } };
        foreach (var (told, asked, why) in new[] { (unsigned, Height, "signature"), (another, Height, "does not hold"), (s_block, Height + 1, "of height") })
        {
            await using var node = await ScriptedNode.StartAsync(context => AnswerAsync(context, told));
            using var client = new SequencerClient(node.Address);
            var refused = Assert.ThrowsAsync<SequencerConnectionException>(() => new TrustedNodeHeaders(client).AtAsync(asked, default));
            Assert.That(refused!.Message, Does.Contain(why));
        }
    }

    [Test]
    public async Task A_pruned_height_is_said()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 410, ProblemCodes.Pruned, "Pruned."));
        using var client = new SequencerClient(node.Address);

        var pruned = Assert.ThrowsAsync<SequencerApiException>(() => new TrustedNodeHeaders(client).AtAsync(3, default));
        Assert.That(pruned!.Code, Is.EqualTo(ProblemCodes.Pruned));
    }

    private static Task AnswerAsync(HttpContext context, LightBlock block) => ScriptedNode.WriteAsync(
        context, new LightResponse(block.Header.Height, block.Header.Hash().ToString(), block.ToProto()), ApiJson.Default.LightResponse);
}
