using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Engine;
using SharedSequencer.Engine.Storage;

namespace SharedSequencer.Tests.Engine;

/// <summary>What an operator is told when the engine's file cannot be used. (A full disk is tried with the real program.)</summary>
internal sealed class EngineDatabaseTests
{
    [Test]
    public void A_damaged_file_and_one_that_cannot_be_opened_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        var damaged = folder.File("damaged.db");
        File.WriteAllBytes(damaged, Enumerable.Repeat((byte)7, 8192).ToArray());
        Directory.CreateDirectory(folder.File("folder.db"));

        Assert.That(
            Assert.Throws<EngineException>(() => new EngineStore(damaged).Dispose())!.Message,
            Does.Contain($"{damaged} is damaged").And.Contains("copy").And.Contains("--reset"));
        Assert.That(
            Assert.Throws<EngineException>(() => new EngineStore(folder.File("folder.db")).Dispose())!.Message,
            Does.Contain("cannot be opened").And.Not.Contain("--reset"));
    }
}
