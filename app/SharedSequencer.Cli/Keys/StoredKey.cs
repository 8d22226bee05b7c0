using SharedSequencer.Cryptography;

namespace SharedSequencer.Cli.Keys;

/// <summary>A key of the store.</summary>
internal sealed record StoredKey(string Name, string File, SecretKey Secret);
