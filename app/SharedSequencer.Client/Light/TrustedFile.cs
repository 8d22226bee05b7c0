using System.Text.Json;
using System.Text.Json.Serialization;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Client.Light;

/// <summary>
/// Trusted light blocks of one chain in a file, so that trust is given once. As good as the folder that holds it: who can
/// write there can say what is trusted. Replaced as a whole, and refused when it is not what was written.
/// </summary>
public sealed class TrustedFile(string path)
{
    private const int Format = 1;
    private const long MaximumLength = 256L * 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file of a chain inside a folder: chain ids can hold what a file's name cannot.</summary>
    public static TrustedFile OfChain(string folder, string chainId)
    {
        var isPlain = chainId.Length > 0 && chainId[0] != '.' && chainId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return new TrustedFile(System.IO.Path.Combine(folder, $"{(isPlain ? chainId : $"{Hash256.Of(System.Text.Encoding.UTF8.GetBytes(chainId))}")}.json"));
    }

    public bool Exists => File.Exists(Path);

    /// <summary>The blocks, by height; none when there is no file.</summary>
    /// <exception cref="LightClientException">The file is damaged.</exception>
    internal IReadOnlyList<LightBlock> Read()
    {
        if (!Exists)
            return [];
        if (new FileInfo(Path).Length > MaximumLength)
            throw Damaged("it is larger than any such file");
        TrustedFileContent content;
        try
        {
            content = JsonSerializer.Deserialize(File.ReadAllBytes(Path), TrustedFileJson.Default.TrustedFileContent) ?? throw Damaged("it is null");
        }
        catch (JsonException e)
        {
            throw Damaged(e.Message, e);
        }

        if (content.Format != Format)
            throw Damaged($"its format is {content.Format}, not {Format}");
        if (content.Blocks.Count == 0 || content.Digest != DigestOf(content.Blocks))
            throw Damaged("its digest is not that of its blocks");
        List<LightBlock> blocks = [];
        foreach (var bytes in content.Blocks)
        {
            var block = Parse(bytes);
            if (block.Fault() is { } fault)
                throw Damaged(fault);
            if (blocks.Count > 0 && (block.Height <= blocks[^1].Height || block.Header.ChainId != blocks[0].Header.ChainId))
                throw Damaged("its blocks are out of order, or of several chains");
            blocks.Add(block);
        }

        return blocks;
    }

    internal void Write(IEnumerable<LightBlock> blocks)
    {
        byte[][] bytes = [.. blocks.Select(block => block.ToProto())];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

        // Two programs may write at once: each has a draft of its own, and the last one stays.
        var draft = $"{Path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(draft, options))
            {
                JsonSerializer.Serialize(stream, new TrustedFileContent(Format, bytes, DigestOf(bytes)), TrustedFileJson.Default.TrustedFileContent);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, Path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private LightBlock Parse(byte[] bytes)
    {
        try
        {
            return LightBlock.FromProto(bytes);
        }
        catch (FormatException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    private LightClientException Damaged(string why, Exception? inner = null) => new(
        LightStep.Store,
        $"The stored trust {Path} is damaged: {why.TrimEnd('.')}. Remove the file, and say anew what is to be trusted.",
        inner);

    private static string DigestOf(IReadOnlyList<byte[]> blocks) => Hash256.Of([.. blocks.SelectMany(block => Hash256.Of(block).ToArray())]).ToString();
}

/// <param name="Format">Grows when the form changes.</param>
/// <param name="Blocks">Canonical tendermint.types.LightBlock, by height.</param>
/// <param name="Digest">SHA-256 over the blocks' SHA-256: tells damage, not forgery.</param>
internal sealed record TrustedFileContent(int Format, IReadOnlyList<byte[]> Blocks, string Digest);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TrustedFileContent))]
internal sealed partial class TrustedFileJson : JsonSerializerContext;
