using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Abci;

/// <summary>The real abci-cli against the server, over both transports.</summary>
[TestFixture(false, TestName = "unix socket")]
[TestFixture(true, TestName = "TCP")]
public sealed class AbciCliTests(bool tcp)
{
    [Test]
    public async Task Echo_info_and_query_get_their_answers()
    {
        var program = ServedApplication.Find(ProgramKind.AbciCli);
        await using var served = await ServedApplication.StartAsync(tcp);

        Assert.That(await RunAsync(served, program, "echo", "hello"), Does.Contain("-> data: hello"));
        Assert.That(await RunAsync(served, program, "info"), Does.Contain("-> data: {\"size\":0}"));
        Assert.That(await RunAsync(served, program, "query", "\"nothing\""), Does.Contain("-> log: does not exist"));
        Assert.That(await RunAsync(served, program, "check_tx", "\"garbage\""), Does.Contain("-> code: 1").And.Contain("must be key=value"));
        Assert.That(served.HasFault, Is.False);
    }

    [Test]
    public async Task A_batch_runs_a_whole_block_on_one_connection()
    {
        var program = ServedApplication.Find(ProgramKind.AbciCli);
        await using var served = await ServedApplication.StartAsync(tcp);
        var batch = served.Folder.File("batch");
        await File.WriteAllLinesAsync(batch,
        [
            "echo start",
            "check_tx \"a=1\"",
            "prepare_proposal \"a=1\" \"b=2\"",
            "process_proposal \"a=1\" \"b=2\"",
            "process_proposal \"nonsense\"",
            "finalize_block \"a=1\" \"b=2\"",
            "commit",
            "info",
            "query \"b\"",
        ]);

        var output = await RunAsync(served, "/bin/sh", "-c", "exec \"$0\" --address \"$1\" batch < \"$2\"", program, Address(served), batch);

        Assert.That(output, Does.Contain("-> data: start").And.Contain("-> status: ACCEPT").And.Contain("-> status: REJECT"));
        Assert.That(output, Does.Contain("-> data: {\"size\":2}").And.Contain("-> value: 2"));
        Assert.That(served.HasFault, Is.False);
    }

    private static string Address(ServedApplication served) => served.Server.Address.ToString();

    private static async Task<string> RunAsync(ServedApplication served, string program, params string[] arguments)
    {
        if (program != "/bin/sh")
            arguments = ["--address", Address(served), .. arguments];
        var log = served.Folder.File(Guid.NewGuid().ToString("N"));
        await using var process = ManagedProcess.Start(new ProcessSpec("abci-cli", program, arguments, log));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await process.StopAsync(TimeSpan.FromSeconds(1));
        var output = process.LogTail(200);
        Assert.That(process.ExitCode, Is.Zero, output);
        return output;
    }
}
