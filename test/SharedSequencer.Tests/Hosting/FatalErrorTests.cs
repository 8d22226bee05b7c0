using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Hosting.Logging;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Tests.Hosting;

public sealed class FatalErrorTests
{
    [Test]
    public void It_reports_once_to_log_and_standard_error_and_exits_with_70()
    {
        using var log = new StringWriter();
        using var standardError = new StringWriter();
        using var provider = new LineLoggerProvider(log, TimeProvider.System, LogLevel.Information);
        using var factory = new LoggerFactory([provider]);
        List<int> exits = [];
        var fatal = new FatalError(factory.CreateLogger<FatalError>(), standardError, exits.Add);
        var reason = new InvalidOperationException("disk is full");

        Assert.Throws<InvalidOperationException>(() => fatal.Stop("Block 7 could not be stored.", reason));
        Assert.Throws<InvalidOperationException>(() => fatal.Stop("Block 8 could not be stored.", reason));

        Assert.That(exits, Is.EqualTo(new[] { 70, 70 }));
        Assert.That(standardError.ToString(), Does.StartWith("FATAL: Block 7 could not be stored.").And.Contain("disk is full").And.Not.Contain("Block 8"));
        Assert.That(log.ToString(), Does.Contain("CRT").And.Contain("Block 7 could not be stored.").And.Contain("disk is full"));
    }

    [Test]
    public async Task A_service_whose_loop_throws_ends_the_process()
    {
        var exited = new TaskCompletionSource<int>();
        var fatal = new FatalError(NullLogger<FatalError>.Instance, TextWriter.Null, exited.SetResult);
        using var service = new Failing(fatal);

        await service.StartAsync(CancellationToken.None);
        Assert.That(await exited.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(FatalError.ExitCode));
    }

    [Test]
    public async Task A_service_that_is_stopped_ends_quietly()
    {
        var exits = 0;
        using var service = new Waiting(new FatalError(NullLogger<FatalError>.Instance, TextWriter.Null, _ => exits++));

        await service.StartAsync(CancellationToken.None);
        await service.Started.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await service.StopAsync(CancellationToken.None);
        Assert.That((exits, service.ExecuteTask!.IsFaulted), Is.EqualTo((0, false)));
    }

    private sealed class Failing(FatalError fatal) : ProgramService(fatal)
    {
        protected override Task RunAsync(CancellationToken stopping) => throw new InvalidOperationException("broken");
    }

    private sealed class Waiting(FatalError fatal) : ProgramService(fatal)
    {
        public TaskCompletionSource Started { get; } = new();

        protected override Task RunAsync(CancellationToken stopping)
        {
            Started.SetResult();
            return Task.Delay(Timeout.Infinite, stopping);
        }
    }
}
