using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Storage;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>A live chain with what was final on it before, so that nothing of it may be missing after a crash.</summary>
internal sealed class RecoveringChain(LiveChain chain)
{
    public const string FailPoint = "SEQ_SEQUENCER_FAIL_POINT";

    /// <summary>Exit code of a process that SIGKILL ended.</summary>
    public const int Killed = 137;

    private static readonly AccountId s_receiver = AccountId.From(Hash256.Of("receiver"u8).Span);

    private readonly List<(Hash256 Id, long Height)> _final = [];

    public LiveChain Chain => chain;

    public string NodeData => Path.Combine(chain.Home, "data");

    public async Task<long> HeightAsync() => (await chain.Client.GetStatusAsync()).Height;

    /// <summary>The node's height, while it is down.</summary>
    public long StoredHeight()
    {
        using var database = NodeDatabase.Open(NodeData, chain.Engine);
        _ = new SqliteChainStore(database).Load(out var tip);
        return tip.Height;
    }

    /// <summary>Sends a transfer and waits until it is final.</summary>
    public async Task SendAsync()
    {
        var account = await chain.Client.GetAccountAsync(chain.Key.PublicKey);
        var transaction = await chain.SignAsync(account.Nonce, new Transfer(s_receiver, 1));
        await chain.Client.SubmitAsync(transaction.Raw);
        var status = await chain.Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(60));
        _final.Add((transaction.Id, status.Height!.Value));
    }

    /// <summary>Ends both programs as a power cut would.</summary>
    public Task KillBothAsync() => Task.WhenAll(chain.KillNodeAsync(), chain.KillCometAsync());

    /// <summary>Starts both, and asserts that the chain goes on, that nothing final is lost, and that node and CometBFT agree.</summary>
    public async Task AssertGoesOnAsync()
    {
        chain.Overrides.Remove(FailPoint);
        await chain.StartProcessesAsync();
        await SendAsync();
        foreach (var (id, height) in _final)
        {
            var status = await chain.Client.GetTransactionAsync(id);
            Assert.That((status?.Status, status?.Height), Is.EqualTo(("final", (long?)height)), $"transaction {id}");
        }

        var receiver = await chain.Client.GetAccountAsync(s_receiver);
        Assert.That(receiver.Balance, Is.EqualTo($"{_final.Count}"));

        // Each header carries the app hash that the node has for the height before.
        var newest = await HeightAsync();
        for (var height = Math.Max(1, newest - 8); height < newest; height++)
        {
            var block = await chain.Client.GetBlockAsync(height);
            Assert.That((await chain.Rpc.CommitAsync(height)).SignedHeader.Commit.BlockId.Hash!.Value.ToString(), Is.EqualTo(block.Hash), $"height {height}");
            Assert.That((await chain.Rpc.HeaderAsync(height + 1)).AppHash.ToString().ToLowerInvariant(), Is.EqualTo(block.AppHash), $"height {height}");
        }
    }

    /// <summary>Lets the node run until it ends itself at a point of its next block; both programs are down afterwards.</summary>
    public async Task FailAtAsync(string point)
    {
        // The chain grows until it is killed.
        await KillBothAsync();
        await FailAtHeightAsync(point, StoredHeight() + 1);
    }

    /// <summary>The same at a given height, which is not reached yet.</summary>
    public async Task FailAtHeightAsync(string point, long height)
    {
        await KillBothAsync();
        chain.Overrides[FailPoint] = $"{point}:{height}";
        await chain.StartProcessesAsync(waitUntilReady: false);
        var (exitCode, words) = await chain.WaitForNodesEndAsync();
        Assert.That(exitCode, Is.EqualTo(Killed), words);
        await chain.KillCometAsync();
        chain.Overrides.Remove(FailPoint);
    }

    /// <summary>A copy of the node's data folder, made while it is down.</summary>
    public string CopyData()
    {
        var copy = NodeData + "-copy";
        if (Directory.Exists(copy))
            Directory.Delete(copy, recursive: true);
        Copy(NodeData, copy);
        return copy;
    }

    /// <summary>Puts a copy in the place of the node's data folder.</summary>
    public void PutBack(string copy)
    {
        Directory.Delete(NodeData, recursive: true);
        Copy(copy, NodeData);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
