namespace SharedSequencer.Devnet.Processes;

/// <summary>A private folder (0700) with a short path, so that unix sockets fit in it; removed when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seq-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
