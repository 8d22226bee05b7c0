using System.Globalization;
using SharedSequencer.Application.Snapshots;

namespace SharedSequencer.Storage.Snapshots;

/// <summary>
/// Snapshots as folders: <c>snapshots/HEIGHT/metadata</c> and <c>chunk-N</c> beside it. One is written under another
/// name, flushed, and renamed when it is whole; what a crash left unfinished is removed at the next start.
/// </summary>
public sealed class SnapshotFolder : ISnapshotStore
{
    private const string Draft = "draft-";
    private const string MetadataFile = "metadata";

    private readonly string _folder;
    private readonly Lock _changing = new();
    private volatile SnapshotMetadata[] _kept = [];

    /// <param name="dataFolder">The node's data folder; there.</param>
    /// <exception cref="StorageException">It cannot be read or written.</exception>
    public SnapshotFolder(string dataFolder)
    {
        _folder = Path.Combine(dataFolder, "snapshots");
        try
        {
            Directory.CreateDirectory(_folder);
            foreach (var draft in Directory.EnumerateDirectories(_folder, Draft + "*"))
                Directory.Delete(draft, recursive: true);
            _kept = [.. Read().OrderByDescending(s => s.Height)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The snapshots in {_folder} cannot be read: {error.Message} Check the rights on the folder, or remove it: new ones are made.", error);
        }
    }

    /// <summary>The oldest snapshot's height, or null.</summary>
    public long? OldestHeight => _kept is [.., var oldest] ? oldest.Height : null;

    /// <inheritdoc />
    public IReadOnlyList<SnapshotMetadata> List() => _kept;

    /// <inheritdoc />
    public byte[]? Chunk(long height, int index)
    {
        try
        {
            return File.ReadAllBytes(ChunkFile(Folder(height), index));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was removed between List and now.
            return null;
        }
    }

    /// <inheritdoc />
    public void Save(long height, Func<Action<ReadOnlyMemory<byte>>, SnapshotMetadata> write, int keep)
    {
        var draft = Path.Combine(_folder, Draft + Name(height));
        Directory.CreateDirectory(draft);
        try
        {
            var index = 0;
            var metadata = write(chunk => WriteFile(ChunkFile(draft, index++), chunk.Span));
            WriteFile(Path.Combine(draft, MetadataFile), metadata.Encode());
            lock (_changing)
            {
                if (Directory.Exists(Folder(height)))
                    Directory.Delete(Folder(height), recursive: true);
                Directory.Move(draft, Folder(height));
                _kept = [.. _kept.Where(s => s.Height != height).Append(metadata).OrderByDescending(s => s.Height)];
            }
        }
        catch
        {
            Directory.Delete(draft, recursive: true);
            throw;
        }

        foreach (var old in _kept.Skip(keep).ToList())
            Remove(old.Height);
    }

    /// <inheritdoc />
    public void Remove(long height)
    {
        lock (_changing)
        {
            _kept = [.. _kept.Where(s => s.Height != height)];
            if (!Directory.Exists(Folder(height)))
                return;

            // Renamed first: what a crash leaves half-removed is no snapshot any more.
            var gone = Path.Combine(_folder, Draft + "removed-" + Name(height));
            Directory.Move(Folder(height), gone);
            Directory.Delete(gone, recursive: true);
        }
    }

    /// <summary>Removes what is newer than the chain: it was stepped back.</summary>
    public void RemoveAbove(long height)
    {
        foreach (var snapshot in _kept.Where(s => s.Height > height).ToList())
            Remove(snapshot.Height);
    }

    private IEnumerable<SnapshotMetadata> Read()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder))
        {
            var file = Path.Combine(folder, MetadataFile);
            if (File.Exists(file) && SnapshotMetadata.TryDecode(File.ReadAllBytes(file), out var metadata, out _) && Folder(metadata.Height) == folder)
                yield return metadata;
        }
    }

    private static void WriteFile(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private string Folder(long height) => Path.Combine(_folder, Name(height));

    private static string Name(long height) => height.ToString(CultureInfo.InvariantCulture);

    private static string ChunkFile(string folder, int index) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"chunk-{index}"));
}
