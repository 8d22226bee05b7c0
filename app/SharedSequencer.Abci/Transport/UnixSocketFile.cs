using System.Net.Sockets;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// The place of a unix socket: whoever can open the socket can drive the application, so that its folder belongs to its
/// owner alone.
/// </summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the folder (0700) if it is missing, and removes the socket that an ended process left.</summary>
    /// <exception cref="IOException">The folder is open to others, the path is taken by something else than a socket, or
    /// a process listens on it.</exception>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, OwnerOnly);
        var mode = File.GetUnixFileMode(folder);
        if ((mode & ~OwnerOnly) != 0)
        {
            throw new IOException(
                $"The folder '{folder}' of the unix socket is open to other users (mode {Convert.ToString((int)mode, 8)}). "
                + "Make it private (chmod 700) or choose another folder.");
        }

        if (File.Exists(path))
            RemoveStale(path);
    }

    private static void RemoveStale(string path)
    {
        if (!IsSocket(path))
            throw new IOException($"'{path}' exists and is no socket. Remove it or choose another path for the unix socket.");
        if (HasListener(path))
            throw new IOException($"Another process listens on the unix socket '{path}'. Stop it or choose another path.");
        File.Delete(path);
    }

    // A socket cannot be opened as a file; connecting would not tell, as any file refuses a connection.
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool HasListener(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
