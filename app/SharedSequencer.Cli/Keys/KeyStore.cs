using SharedSequencer.Cryptography;

namespace SharedSequencer.Cli.Keys;

/// <summary>
/// Secret keys as files: one each, named by its key, 64 hex digits, readable by their owner alone (0600, the folder
/// 0700). A file that others may read is refused, as ssh does.
/// </summary>
internal sealed class KeyStore(string folder)
{
    private const int MaximumNameLength = 64;
    private const int MaximumFileLength = 256;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;
    private const UnixFileMode OthersMode =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a new key; a name that is taken is refused.</summary>
    public StoredKey Add(string name, SecretKey secret)
    {
        CheckName(name);
        if (!Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, FolderMode);
        }

        var path = Path.Combine(folder, name);
        if (File.Exists(path))
            throw CliException.Failed($"There is a key '{name}' already, in {path}. Choose another name.");

        // Written aside and moved, so that a crash leaves no half key under a good name.
        var aside = Path.Combine(folder, $".{name}.new");
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        using (var file = new FileStream(aside, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(secret.ToSecretHex() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: false);
        return new StoredKey(name, path, secret);
    }

    /// <summary>All keys, by name.</summary>
    public IReadOnlyList<StoredKey> All() => [.. Names().Select(Read)];

    /// <summary>The key of a name.</summary>
    public StoredKey Get(string name)
    {
        CheckName(name);
        return File.Exists(Path.Combine(folder, name))
            ? Read(name)
            : throw CliException.NotFound($"There is no key '{name}' in {folder}. {Hint()}");
    }

    /// <summary>The key of a name, or the only key there is.</summary>
    public StoredKey Select(string? name)
    {
        if (name is not null)
            return Get(name);
        var names = Names();
        return names.Count switch
        {
            1 => Read(names[0]),
            0 => throw CliException.NotFound($"There is no key in {folder}. {Hint()}"),
            _ => throw CliException.Usage($"There are several keys: say which with --key NAME ({string.Join(", ", names)})."),
        };
    }

    private List<string> Names() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(IsValidName).Order(StringComparer.Ordinal)]
        : [];

    private string Hint() => Names() is { Count: > 0 } names
        ? $"There are: {string.Join(", ", names)}."
        : "Make one with 'seqctl key new NAME', or name its folder with --home DIR.";

    private StoredKey Read(string name)
    {
        var path = Path.Combine(folder, name);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersMode) != 0)
            throw CliException.Failed($"{path} can be read by others. Make it yours alone: chmod 600 {path}");
        if (new FileInfo(path).Length > MaximumFileLength)
            throw CliException.Failed($"{path} is no key file: it is longer than {MaximumFileLength} bytes.");
        try
        {
            return new StoredKey(name, path, SecretKey.Parse(File.ReadAllText(path)));
        }
        catch (FormatException e)
        {
            throw CliException.Failed($"{path} is no key file: {e.Message}");
        }
    }

    private static void CheckName(string name)
    {
        if (!IsValidName(name))
            throw CliException.Usage($"'{name}' is no name for a key: 1 to {MaximumNameLength} of a-z, A-Z, 0-9, '-', '_' and '.', not beginning with '.' or '-'.");
    }

    private static bool IsValidName(string name) =>
        name.Length is >= 1 and <= MaximumNameLength
        && name[0] is not ('.' or '-')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
