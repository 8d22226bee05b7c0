using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>The application's own answer to Info.</summary>
public sealed record ApplicationInfo(string Data, string Version, ulong AppVersion, long LastBlockHeight, HexBytes LastBlockAppHash)
{
    // Go leaves out what is empty.
    internal static ApplicationInfo Read(JsonField json) => new(
        json.TryGet("data", out var data) ? data.Text() : "",
        json.TryGet("version", out var version) ? version.Text() : "",
        json.TryGet("app_version", out var appVersion) ? appVersion.UInt64() : 0,
        json.TryGet("last_block_height", out var height) ? height.Int64() : 0,
        json.TryGet("last_block_app_hash", out var hash) ? HexBytes.From(hash.Base64()) : HexBytes.Empty);
}
