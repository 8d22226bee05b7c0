using System.Security.Cryptography;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Hosting.Http;

/// <summary>The token of a private listener, in a file that its owner alone can read.</summary>
public static class BearerToken
{
    private const int Bytes = 32;

    /// <summary>Reads the token; writes a fresh random one, 64 hex digits, when there is no file.</summary>
    /// <exception cref="ConfigurationException">The file is open to others or holds no token.</exception>
    public static string LoadOrCreate(string path)
    {
        var token = PrivateFile.ReadOrCreate(path, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));
        return token.Length >= Bytes && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? token
            : throw new ConfigurationException($"{path} holds no token: at least {Bytes} letters and digits are needed. Remove it to have one made.");
    }
}
