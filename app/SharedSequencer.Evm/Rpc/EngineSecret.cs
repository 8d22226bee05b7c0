using System.Security.Cryptography;
using System.Text;

namespace SharedSequencer.Evm.Rpc;

/// <summary>The 32 bytes that an execution client and its driver share, and the tokens made from them (Engine API "Authentication").</summary>
public sealed class EngineSecret
{
    private static readonly byte[] s_header = Encoding.ASCII.GetBytes(Base64Url("""{"alg":"HS256","typ":"JWT"}"""u8));

    private readonly byte[] _secret;
    private readonly TimeProvider _clock;

    private EngineSecret(byte[] secret, TimeProvider clock)
    {
        _secret = secret;
        _clock = clock;
    }

    /// <summary>Reads the file: 64 hex digits, with or without 0x.</summary>
    /// <exception cref="FormatException">The file holds something else. The message does not repeat it.</exception>
    public static EngineSecret Load(string path, TimeProvider? clock = null)
    {
        var text = File.ReadAllText(path).Trim();
        if (text.StartsWith("0x", StringComparison.Ordinal))
            text = text[2..];
        var secret = new byte[32];
        if (text.Length != 64 || Convert.FromHexString(text, secret, out _, out _) != System.Buffers.OperationStatus.Done)
            throw new FormatException($"'{path}' is no Engine API secret: 64 hex digits are needed.");
        return new(secret, clock ?? TimeProvider.System);
    }

    /// <summary>Writes a fresh secret, readable by its owner alone, unless the file is there.</summary>
    public static void Create(string path)
    {
        if (File.Exists(path))
            return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
    }

    /// <summary>A token issued now: clients refuse one that is over 60 s away from their own clock.</summary>
    public string NewToken()
    {
        var claims = Encoding.ASCII.GetBytes(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $$"""{"iat":{{_clock.GetUtcNow().ToUnixTimeSeconds()}}}"""));
        byte[] signed = [.. s_header, (byte)'.', .. Encoding.ASCII.GetBytes(Base64Url(claims))];
        return $"{Encoding.ASCII.GetString(signed)}.{Base64Url(HMACSHA256.HashData(_secret, signed))}";
    }

    private static string Base64Url(ReadOnlySpan<byte> data) => System.Buffers.Text.Base64Url.EncodeToString(data);
}
