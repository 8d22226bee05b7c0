using System.Net.Sockets;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Devnet.Processes;
using Kind = SharedSequencer.AbciProto.Abci.Response.ValueOneofCase;

namespace SharedSequencer.Tests.Abci;

/// <summary>Where the server listens, and how it starts and stops.</summary>
public sealed class AbciServerTests
{
    [Test]
    public async Task Tcp_is_served_on_the_port_that_the_kernel_gave()
    {
        await using var fixture = new AbciServerFixture(
            new ScriptedApplication(), options => options with { Address = AbciAddress.Parse("tcp://127.0.0.1:0") });
        using var client = fixture.Connect();

        Assert.That(fixture.Server.Address.Tcp!.Port, Is.Positive);
        Assert.That(client.Call(Requests.Echo("tcp")).Echo.Message, Is.EqualTo("tcp"));
    }

    [Test]
    public async Task A_port_that_is_taken_is_refused_with_what_to_do()
    {
        await using var first = new AbciServerFixture(
            new ScriptedApplication(), options => options with { Address = AbciAddress.Parse("tcp://127.0.0.1:0") });

        Assert.That(
            () => new AbciServerFixture(new ScriptedApplication(), options => options with { Address = first.Server.Address }),
            Throws.TypeOf<IOException>().With.Message.Contains($"Cannot listen on {first.Server.Address}"));
    }

    [Test]
    public async Task A_missing_folder_is_made_private_and_the_socket_goes_away_at_the_end()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run/abci.sock");
        await using (var fixture = On(path))
        {
            using var client = fixture.Connect();
            Assert.That(client.Call(Requests.Info).ValueCase, Is.EqualTo(Kind.Info));
            Assert.That(
                File.GetUnixFileMode(folder.File("run")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }

        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void A_folder_that_others_can_enter_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("open"), (UnixFileMode)0b111_101_101);

        Assert.That(
            () => On(folder.File("open/abci.sock")),
            Throws.TypeOf<IOException>().With.Message.Contains("(mode 755). Make it private (chmod 700)"));
    }

    [Test]
    public async Task A_socket_that_a_killed_process_left_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("abci.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(folder.File("bound")));
            // Moved, so that it survives its socket as it survives a kill.
            File.Move(folder.File("bound"), path);
        }

        Assert.That(File.Exists(path), Is.True);
        await using var fixture = On(path);
        using var client = fixture.Connect();
        Assert.That(client.Call(Requests.Info).ValueCase, Is.EqualTo(Kind.Info));
    }

    [Test]
    public async Task A_socket_that_a_process_listens_on_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await using var first = On(folder.File("abci.sock"));

        Assert.That(
            () => On(folder.File("abci.sock")),
            Throws.TypeOf<IOException>().With.Message.Contains("Another process listens"));

        using var client = first.Connect();
        Assert.That(client.Call(Requests.Info).ValueCase, Is.EqualTo(Kind.Info));
    }

    [Test]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("precious");
        File.WriteAllText(path, "data");

        Assert.That(() => On(path), Throws.TypeOf<IOException>().With.Message.Contains("is no socket"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("data"));
    }

    [Test]
    public async Task Stop_lets_the_running_call_finish_and_answer_and_drops_the_rest()
    {
        using var release = new ManualResetEventSlim();
        var application = new ScriptedApplication { OnCall = name => OrderTests.WaitIf(name == "Commit", release) };
        await using var fixture = new AbciServerFixture(application);
        using var client = fixture.Connect();
        client.Send(Requests.Commit, Requests.FinalizeBlock(2));
        await AbciServerFixture.UntilAsync(() => application.Calls.Contains("Commit"), "Commit");

        var stopping = fixture.Server.StopAsync(CancellationToken.None);
        Assert.That(stopping.IsCompleted, Is.False, "it waits for the call");
        release.Set();
        await stopping;

        Assert.That(client.Receive().ValueCase, Is.EqualTo(Kind.Commit));
        Assert.That(client.IsClosed(), Is.True);
        Assert.That(application.Calls, Is.EqualTo(new[] { "Commit" }));
        Assert.That(fixture.Logger.Warnings, Is.Empty);
    }

    [Test]
    public async Task Stop_does_not_wait_for_ever_for_a_peer_that_does_not_read()
    {
        var application = new ScriptedApplication { OnQuery = _ => new() { Value = Requests.Tx(1, 1_000_000) } };
        var fixture = new AbciServerFixture(application);
        using var deaf = fixture.Connect();
        deaf.Send(Enumerable.Repeat(Requests.Query("q"), 20));
        await AbciServerFixture.UntilAsync(() => !application.Calls.IsEmpty, "the first query");

        await fixture.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

        Assert.That(application.Calls, Has.Count.LessThan(20));
    }

    [Test]
    public void An_option_below_one_is_refused() =>
        Assert.That(
            () => new AbciServerFixture(new ScriptedApplication(), options => options with { MaxRequestBytes = 0 }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("MaxRequestBytes must be at least 1"));

    private static AbciServerFixture On(string path) =>
        new(new ScriptedApplication(), options => options with { Address = AbciAddress.Unix(path) });
}
