using NUnit.Framework;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Storage.Snapshots;

namespace SharedSequencer.Tests.Snapshots;

/// <summary>Which snapshots stay on disk.</summary>
internal sealed class SnapshotFolderTests
{
    [Test]
    public void What_is_newer_than_the_chain_after_a_step_back_is_removed_and_nothing_else()
    {
        using var data = new TemporaryFolder();
        var folder = new SnapshotFolder(data.Path);
        foreach (var height in new[] { 10, 20, 30 })
            Save(folder, height, keep: 3);

        folder.RemoveAbove(30);
        Assert.That(Heights(folder), Is.EqualTo(new long[] { 30, 20, 10 }));
        folder.RemoveAbove(29);
        Assert.That(Heights(folder), Is.EqualTo(new long[] { 20, 10 }));
        folder.RemoveAbove(11);
        Assert.That(Heights(folder), Is.EqualTo(new long[] { 10 }));
        Assert.That(folder.OldestHeight, Is.EqualTo(10));
        Assert.That((folder.Chunk(20, 0), folder.Chunk(10, 0)), Is.EqualTo((null as byte[], new byte[] { 10 })));
        Assert.That(Heights(new SnapshotFolder(data.Path)), Is.EqualTo(new long[] { 10 }), "also at the next start");
        folder.RemoveAbove(0);
        Assert.That(folder.OldestHeight, Is.Null);
    }

    [Test]
    public void The_newest_stay_whatever_order_they_were_made_in()
    {
        using var data = new TemporaryFolder();
        var folder = new SnapshotFolder(data.Path);
        foreach (var height in new[] { 30, 10, 20 })
            Save(folder, height, keep: 2);

        Assert.That(Heights(folder), Is.EqualTo(new long[] { 30, 20 }));
        Assert.That(folder.OldestHeight, Is.EqualTo(20));
        Assert.That(Directory.GetDirectories(Path.Combine(data.Path, "snapshots")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "30", "20" }));
    }

    private static void Save(SnapshotFolder folder, int height, int keep)
    {
        var (_, state) = SnapshotChain.Grow(41, 1);
        var (metadata, _) = SnapshotChain.Write(state);
        folder.Save(
            height,
            take =>
            {
                take(new[] { (byte)height });
                return metadata with { Height = height };
            },
            keep);
    }

    private static List<long> Heights(ISnapshotStore folder) => [.. folder.List().Select(s => s.Height)];
}
