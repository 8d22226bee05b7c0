namespace SharedSequencer.Node.Configuration;

/// <summary>Where things are in a node's home folder.</summary>
public sealed record NodeHome(string Path)
{
    /// <summary>The database's folder.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>The token of the admin listener, readable by its owner alone.</summary>
    public string AdminToken => System.IO.Path.Combine(Path, "config", "admin.token");

    /// <summary>Where CometBFT dials the application unless the configuration says otherwise.</summary>
    public string Socket => System.IO.Path.Combine(Path, "run", "abci.sock");

    /// <summary>The home of the embedded engine, laid out as CometBFT's.</summary>
    public string Engine => System.IO.Path.Combine(Path, "engine");

    /// <summary>Makes the folders that are missing, for their owner alone.</summary>
    public void Create()
    {
        foreach (var folder in new[] { Path, System.IO.Path.Combine(Path, "config"), Data, System.IO.Path.GetDirectoryName(Socket)! })
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
