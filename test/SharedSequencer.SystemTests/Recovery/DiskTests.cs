using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Storage;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>A disk that is full and a database that is cut off stop the node with a clear message, and lose nothing.</summary>
[OnBothEngines]
[CancelAfter(600_000)]
internal sealed class DiskTests(NetworkEngine engine) : RecoveringChainTests(engine)
{
    [Test]
    public async Task A_disk_without_space_stops_the_node_and_with_space_it_goes_on()
    {
        var notes = NamespaceId.OfName("notes");
        var register = await Test.Chain.SignAsync(
            (await Test.Chain.Client.GetAccountAsync(Test.Chain.Key.PublicKey)).Nonce, new RegisterNamespace("notes", new NamespaceSettings(), 1_000_000));
        await Test.Chain.Client.SubmitAsync(register.Raw);
        await Test.Chain.Client.WaitForAsync(register.Id, "final", TimeSpan.FromSeconds(30));

        // No file of the node may grow any more: for it the disk is full.
        var largest = Directory.EnumerateFiles(Test.NodeData).Max(file => new FileInfo(file).Length);
        await LimitFilesAsync(Test.Chain.NodeProcess, largest + (64 * 1024));
        var ended = Test.Chain.WaitForNodesEndAsync();
        while (!ended.IsCompleted)
        {
            try
            {
                // Large blocks make fees rise: one that is refused is tried again with the fee and the nonce of then.
                var nonce = (await Test.Chain.Client.GetAccountAsync(Test.Chain.Key.PublicKey)).PendingNonce;
                var large = await Test.Chain.SignAsync(nonce, new SubmitData(notes, new byte[300_000]));
                await Test.Chain.Client.SubmitAsync(large.Raw);
                await Task.WhenAny(ended, Test.Chain.Client.WaitForAsync(large.Id, "final", TimeSpan.FromSeconds(5)));
            }
            catch (Exception error) when (error is SequencerConnectionException or SequencerApiException or TimeoutException)
            {
                // The node may be gone.
                await Task.WhenAny(ended, Task.Delay(100));
            }
        }

        var (exitCode, words) = await ended;

        Assert.That(exitCode, Is.EqualTo(FatalError.ExitCode), words);
        // The embedded engine has a database of its own beside the node's, and either may be the one that cannot grow.
        Assert.That(words, Does.Contain("full").And.Match(RunsOn == NetworkEngine.Embedded ? "(node|engine)\\.db" : "node\\.db"));
        await Test.Chain.KillCometAsync();
        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task A_database_that_is_cut_off_stops_the_node_at_its_start_and_a_copy_goes_on()
    {
        await Test.KillBothAsync();
        var copy = Test.CopyData();
        var file = Path.Combine(Test.NodeData, NodeDatabase.FileName);

        // Closing it brings everything from the log into the file.
        NodeDatabase.Open(Test.NodeData, Test.Chain.Engine).Dispose();
        Assert.That(File.Exists(file + "-wal"), Is.False);
        using (var database = new FileStream(file, FileMode.Open))
            database.SetLength(database.Length / 2);

        var (exitCode, words) = await Test.Chain.TryRunAsync("start", "--home", Test.Chain.Home);
        Assert.That(exitCode, Is.EqualTo(ProgramCli.FailedExitCode), words);
        Assert.That(words, Does.Contain("damaged").And.Contains("copy"));

        Test.PutBack(copy);
        await Test.AssertGoesOnAsync();
    }

    private static async Task LimitFilesAsync(int process, long bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}"]);
        await prlimit.WaitForExitAsync();
        Assert.That(prlimit.ExitCode, Is.Zero, "prlimit of util-linux is needed");
    }
}
