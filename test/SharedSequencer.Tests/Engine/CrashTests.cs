using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Engine;

internal sealed class CrashTests
{
    /// <summary>Nothing after such a point is done: what is on the disk is what a killed process leaves.</summary>
    private sealed class SimulatedCrashException() : Exception("the process ends here");

    [Test]
    public async Task Ended_at_each_point_of_a_blocks_making_it_loses_doubles_and_double_signs_nothing()
    {
        await using var rig = new EngineRig();
        var signed = new Dictionary<(long Height, int Round), HexBytes>();
        var known = new Dictionary<long, BlockId>();
        HashSet<Hash256> sent = [];
        var nonce = 0UL;
        var crashes = 0;
        foreach (var isFull in new[] { true, false })
        {
            foreach (var point in Enum.GetValues<EnginePoint>())
            {
                var target = long.MaxValue;
                rig.Options = rig.Options with
                {
                    Reached = (at, height) =>
                    {
                        var state = SignState.Load(rig.Home.SignStateFile);
                        if (state.Height > 0 && !signed.TryAdd((state.Height, state.Round), state.SignBytes))
                            Assert.That(signed[(state.Height, state.Round)], Is.EqualTo(state.SignBytes), "signed twice");
                        if (at == point && height == Interlocked.Read(ref target))
                            throw new SimulatedCrashException();
                    },
                };
                await rig.StartAsync(run: false);
                await rig.Engine!.AdvanceAsync(1);
                if (isFull)
                {
                    var answer = await rig.Rpc.BroadcastAsync(rig.Sign(nonce).Raw);
                    Assert.That(answer.Outcome, Is.EqualTo(BroadcastOutcome.Accepted), answer.Log);
                    sent.Add(answer.Hash);
                }

                Interlocked.Exchange(ref target, rig.Engine.Height + 1);
                Assert.ThrowsAsync<SimulatedCrashException>(() => rig.Engine.AdvanceAsync(1), $"{point}");
                crashes++;
                await rig.StopAsync();

                rig.Options = rig.Options with { Reached = null };
                await rig.StartAsync(run: false);
                await rig.Engine.AdvanceAsync(1);
                nonce = await NonceAsync(rig, nonce, sent);
                foreach (var block in await rig.AuditAsync())
                {
                    var height = block.Header.Height;
                    Assert.That(known.TryAdd(height, block.BlockId) || known[height] == block.BlockId, $"height {height} changed after {point}");
                }

                await rig.StopAsync();
            }
        }

        Assert.That(crashes, Is.EqualTo(16));
        Assert.That(nonce, Is.GreaterThanOrEqualTo(6), "what was written down was not lost");
    }

    [Test]
    public async Task An_application_that_lost_some_or_all_of_its_blocks_is_given_them_again()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw);
        await rig.Engine.AdvanceAsync(3);
        await rig.StopAsync();
        var copy = rig.ApplicationData + ".old";
        CopyFolder(rig.ApplicationData, copy);
        await rig.StartAsync(run: false);
        await rig.Rpc.BroadcastAsync(rig.Sign(1).Raw);
        await rig.Engine.AdvanceAsync(3);
        var before = await rig.AuditAsync();
        await rig.StopAsync();

        foreach (var old in new[] { copy, null })
        {
            Directory.Delete(rig.ApplicationData, recursive: true);
            if (old is not null)
                CopyFolder(old, rig.ApplicationData);
            await rig.StartAsync(run: false);
            Assert.That(rig.Application.Info(new AbciProto.Abci.RequestInfo()).LastBlockHeight, Is.EqualTo(6));
            Assert.That((await rig.AuditAsync()).Select(b => b.BlockId), Is.EqualTo(before.Select(b => b.BlockId)));
            await rig.StopAsync();
        }
    }

    [Test]
    public async Task An_application_that_is_ahead_is_refused_and_stepped_back_by_its_operator()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(3);
        await rig.StopAsync();
        var copy = rig.Home.Path + ".old";
        CopyFolder(Path.Combine(rig.Home.Path, "data"), copy);
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(2);
        await rig.StopAsync();
        Directory.Delete(Path.Combine(rig.Home.Path, "data"), recursive: true);
        CopyFolder(copy, Path.Combine(rig.Home.Path, "data"));

        var error = Assert.ThrowsAsync<EngineException>(() => rig.StartAsync());

        Assert.That(error!.Message, Does.Contain("height 5").And.Contains("at 3").And.Contains("rollback"));
    }

    [Test]
    public async Task An_engine_that_lost_its_database_but_not_what_it_signed_makes_no_second_chain()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Engine.AdvanceAsync(3);
        await rig.StopAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(rig.Home.Database)!, "engine.db*"))
            File.Delete(file);
        Directory.Delete(rig.ApplicationData, recursive: true);
        await rig.StartAsync();

        var error = Assert.ThrowsAsync<EngineException>(() => rig.Running.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.That(error!.Message, Does.Contain("height 3").And.Contains("signed already").And.Contains("--reset"));
    }

    [Test]
    public async Task A_changed_block_in_the_store_does_not_pass_for_the_applications_hash()
    {
        await using var rig = new EngineRig();
        await rig.StartAsync(run: false);
        await rig.Rpc.BroadcastAsync(rig.Sign(0).Raw);
        await rig.Engine.AdvanceAsync(3);
        await rig.StopAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={rig.Home.Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE state SET app_hash = x'00112233'";
            Assert.That(command.ExecuteNonQuery(), Is.EqualTo(1));
        }

        var error = Assert.ThrowsAsync<EngineException>(() => rig.StartAsync());

        Assert.That(error!.Message, Does.Contain("hash of height 3").And.Contains("00112233"));
    }

    /// <summary>The next nonce; what is not in a block was in the pool alone, and is sent anew under its nonce.</summary>
    private static async Task<ulong> NonceAsync(EngineRig rig, ulong nonce, HashSet<Hash256> sent)
    {
        foreach (var id in sent)
        {
            try
            {
                _ = await rig.Rpc.TransactionAsync(id, prove: false);
                sent.Remove(id);
                return nonce + 1;
            }
            catch (CometRpcException error) when (error.Failure == CometRpcFailure.NotFound)
            {
                sent.Remove(id);
            }
        }

        return nonce;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
