using System.Text;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>Files with secrets: readable by their owner alone (0600), and refused when others may read them.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Unix = "Files with secrets need the permissions of a Unix file system.";
    private const int MaximumBytes = 64 * 1024;

    /// <summary>Writes a new file with mode 0600, whole or not at all.</summary>
    /// <exception cref="IOException">The file exists already.</exception>
    public static void WriteNew(string path, string text)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException(Unix);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            using (var stream = new FileStream(draft, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Reads a file that its owner alone can read, without surrounding white space.</summary>
    /// <exception cref="ConfigurationException">The file is missing, too long, or open to others; the message never holds its content.</exception>
    public static string Read(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException(Unix);
        if (!File.Exists(path))
            throw new ConfigurationException($"There is no file {path}.");
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~OwnerOnly & ~UnixFileMode.UserExecute) != 0)
            throw new ConfigurationException($"Others may read {path}, which holds a secret. Run: chmod 600 {path}");
        if (new FileInfo(path).Length > MaximumBytes)
            throw new ConfigurationException($"{path} is longer than {MaximumBytes} bytes: it holds no key or token.");
        return File.ReadAllText(path).Trim();
    }

    /// <summary>Reads the file, or writes what <paramref name="create"/> gives when there is none.</summary>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
            WriteNew(path, create() + "\n");
        return Read(path);
    }
}
