using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SharedSequencer.Engine.Rpc;

/// <summary>A call's parameters, read as CometBFT reads them. A parameter that is missing or null has no value.</summary>
internal abstract class RpcParameters
{
    /// <summary>A 64-bit number: in JSON a string.</summary>
    /// <exception cref="RpcException">It is none; so of all the others.</exception>
    public abstract long? Int64(string name);

    public abstract bool Bool(string name);

    public abstract string Text(string name);

    /// <summary>Bytes: base64 in JSON; 0x hex or a quoted text in a URI.</summary>
    public abstract byte[] Bytes(string name);

    /// <summary>Bytes that JSON, too, holds as hex.</summary>
    public abstract byte[] Hex(string name);

    /// <summary>From a URI's query.</summary>
    public static RpcParameters Of(IQueryCollection query) => new UriParameters(query);

    /// <summary>From a request's <c>params</c>: by name or by place.</summary>
    public static RpcParameters Of(JsonElement parameters, IReadOnlyList<string> names) => parameters.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object => new JsonParameters(parameters, null),
        JsonValueKind.Array when parameters.GetArrayLength() <= names.Count => new JsonParameters(parameters, names),
        JsonValueKind.Array => throw RpcException.InvalidParams(string.Create(
            CultureInfo.InvariantCulture, $"error converting json params to arguments: expected {names.Count} parameters ({string.Join(", ", names)}), got {parameters.GetArrayLength()}")),
        _ => throw RpcException.InvalidParams("error converting json params to arguments: unknown type for JSON params"),
    };

    private static bool TryHex(string text, out byte[] bytes)
    {
        try
        {
            bytes = Convert.FromHexString(text);
            return true;
        }
        catch (FormatException)
        {
            bytes = [];
            return false;
        }
    }

    private sealed class UriParameters(IQueryCollection query) : RpcParameters
    {
        public override long? Int64(string name)
        {
            var text = Text(name);
            if (text.Length == 0)
                return null;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Wrong($"invalid 64-bit integer encoding \"{text}\", expected string");
        }

        public override bool Bool(string name) => Text(name) switch
        {
            "" or "false" => false,
            "true" => true,
            var other => throw Wrong($"'{other}' is neither true nor false"),
        };

        public override string Text(string name)
        {
            var raw = query[name].ToString();
            return raw.Length >= 2 && raw[0] == '"' && raw[^1] == '"' ? raw[1..^1] : raw;
        }

        public override byte[] Bytes(string name)
        {
            var raw = query[name].ToString();
            if (raw.Length == 0)
                return [];
            if (raw.StartsWith("0x", StringComparison.Ordinal))
                return TryHex(raw[2..], out var bytes) ? bytes : throw Wrong($"'{name}' is no hex");
            return raw[0] == '"' ? Encoding.UTF8.GetBytes(Text(name)) : throw Wrong($"'{name}' must be 0x… in hex, or a text in quotes");
        }

        public override byte[] Hex(string name) => Bytes(name);

        private static RpcException Wrong(string what) => RpcException.InvalidParams($"error converting http params to arguments: {what}");
    }

    private sealed class JsonParameters(JsonElement parameters, IReadOnlyList<string>? names) : RpcParameters
    {
        public override long? Int64(string name)
        {
            if (!TryGet(name, out var value))
                return null;
            if (value.ValueKind != JsonValueKind.String)
                throw Wrong($"invalid 64-bit integer encoding \"{value.GetRawText()}\", expected string");
            return long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong($"'{value.GetString()}' is no 64-bit integer");
        }

        public override bool Bool(string name) => TryGet(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong($"'{name}' is neither true nor false"),
        };

        public override string Text(string name) => !TryGet(name, out var value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"'{name}' is no string");

        public override byte[] Bytes(string name)
        {
            if (!TryGet(name, out var value))
                return [];
            if (value.ValueKind != JsonValueKind.String)
                throw Wrong($"'{name}' is no string");
            return value.TryGetBytesFromBase64(out var bytes) ? bytes : throw Wrong($"illegal base64 data in '{name}'");
        }

        public override byte[] Hex(string name) => TryHex(Text(name), out var bytes) ? bytes : throw Wrong($"'{name}' is no hex");

        private bool TryGet(string name, out JsonElement value)
        {
            value = default;
            if (names is null)
                return parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
            for (var i = 0; i < names.Count; i++)
            {
                if (names[i] == name && i < parameters.GetArrayLength())
                {
                    value = parameters[i];
                    return value.ValueKind != JsonValueKind.Null;
                }
            }

            return false;
        }

        private static RpcException Wrong(string what) => RpcException.InvalidParams($"error converting json params to arguments: {what}");
    }
}
