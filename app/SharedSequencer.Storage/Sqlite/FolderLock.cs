namespace SharedSequencer.Storage.Sqlite;

/// <summary>Keeps a second node out of a data folder for as long as this process lives.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StorageException">Another process has it.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "node.lock");
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"The data folder {folder} cannot be taken: {exception.Message} Is another sequencer running on it? Stop it, or use another --home.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
