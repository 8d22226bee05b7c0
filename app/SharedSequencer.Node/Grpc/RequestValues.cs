using Google.Protobuf;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Views;
using SharedSequencer.Primitives;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary>Reads what requests carry; refuses what is no such value with a reason, as HTTP's parameters are.</summary>
internal static class RequestValues
{
    public static Hash256 Id(ByteString bytes) => bytes.Length == 32
        ? Hash256.From(bytes.Span)
        : throw Answer.BadRequest($"id has {bytes.Length} bytes; the 32 of a transaction's id are needed.");

    public static AccountId Account(ByteString bytes) => bytes.Length == 32
        ? AccountId.From(bytes.Span)
        : throw Answer.BadRequest($"account has {bytes.Length} bytes; the 32 of a key are needed.");

    public static NamespaceId NamespaceId(string field, ByteString bytes) => bytes.Length == 8
        ? Primitives.NamespaceId.From(bytes.Span)
        : throw Answer.BadRequest($"{field} has {bytes.Length} bytes; the 8 of a namespace's id are needed.");

    /// <summary>A registered namespace.</summary>
    public static NamespaceId Namespace(V1.NamespaceKey? key, NamespaceViews namespaces)
    {
        switch (key?.KeyCase)
        {
            case V1.NamespaceKey.KeyOneofCase.Id:
                var id = NamespaceId("namespace.id", key.Id);
                return namespaces.Find(id, id.ToString());
            case V1.NamespaceKey.KeyOneofCase.Name:
                return Primitives.NamespaceId.IsValidName(key.Name)
                    ? namespaces.Find(Primitives.NamespaceId.OfName(key.Name), key.Name)
                    : throw Answer.BadRequest($"'{Parameters.Shorten(key.Name)}' is no name of a namespace: [a-z0-9-]{{3,32}} is needed.");
            default:
                throw Answer.BadRequest("namespace is missing: its id or its name is needed.");
        }
    }

    /// <summary>A height, or null for 0, which stands for the newest.</summary>
    public static long? HeightOrLatest(long height) => height == 0 ? null : Height(height);

    public static long Height(long height) =>
        height >= 1 ? height : throw Answer.BadRequest($"height is {height}; a number from 1 is needed.");

    /// <summary>A number, or the default for 0.</summary>
    public static ulong Number(string field, ulong value, ulong byDefault, ulong maximum) => value == 0
        ? byDefault
        : value <= maximum ? value : throw Answer.BadRequest($"{field} is {value}; at most {maximum} is possible.");
}
