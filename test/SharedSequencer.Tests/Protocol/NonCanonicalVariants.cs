using Google.Protobuf.Reflection;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Tests.Protocol;

/// <summary>Other encodings of a message, which lenient parsers take for the same value, at every depth of it.</summary>
internal static class NonCanonicalVariants
{
    private sealed record Field(int Number, int Type, ulong Value, byte[] Content)
    {
        public byte[] Encode(int paddedTag = 0, int paddedValue = 0) =>
        [
            .. Varint(((ulong)Number << 3) | (uint)Type, paddedTag),
            .. Varint(Type == 0 ? Value : (ulong)Content.Length, paddedValue),
            .. Content,
        ];
    }

    public static IEnumerable<(string What, byte[] Bytes)> Of(byte[] message, MessageDescriptor descriptor)
    {
        var fields = Parse(message);
        var name = descriptor.Name;
        yield return ($"{name}: an unknown number at the end", [.. message, .. new Field(15, 0, 1, []).Encode()]);
        yield return ($"{name}: unknown bytes at the end", [.. message, .. new Field(2047, 2, 0, [1, 2]).Encode()]);
        yield return ($"{name}: a zero byte behind the end", [.. message, 0]);
        if (message.Length > 0)
            yield return ($"{name}: itself twice", [.. message, .. message]);

        for (var i = 0; i < fields.Count; i++)
        {
            var number = fields[i].Number;
            var definition = descriptor.FindFieldByNumber(number);
            yield return ($"{name}.{number}: a padded tag", Join(fields, i, fields[i].Encode(paddedTag: 1)));
            yield return ($"{name}.{number}: a padded number or length", Join(fields, i, fields[i].Encode(paddedValue: 1)));
            yield return ($"{name}.{number}: a number of 11 bytes", Join(fields, i, fields[i].Encode(paddedValue: 10)));
            yield return ($"{name}.{number}: an unknown field before it", Join(fields, i, [.. new Field(100, 0, 7, []).Encode(), .. fields[i].Encode()]));
            if (!definition.IsRepeated)
                yield return ($"{name}.{number}: twice", Join(fields, i, [.. fields[i].Encode(), .. fields[i].Encode()]));
            if (i + 1 < fields.Count && fields[i + 1].Number != number)
                yield return ($"{name}.{number}: after its successor", Join(fields, i, fields[i + 1].Encode(), i + 1, fields[i].Encode()));
            if (definition.FieldType != FieldType.Message)
                continue;
            foreach (var (what, bytes) in Of(fields[i].Content, definition.MessageType))
                yield return ($"{name}.{number}.{what}", Join(fields, i, (fields[i] with { Content = bytes }).Encode()));
        }

        foreach (var definition in descriptor.Fields.InFieldNumberOrder())
        {
            if (definition.IsRepeated || definition.FieldType == FieldType.Message || fields.Any(f => f.Number == definition.FieldNumber))
                continue;
            var isNumber = definition.FieldType is not (FieldType.Bytes or FieldType.String);
            var written = new Field(definition.FieldNumber, isNumber ? 0 : 2, 0, []).Encode();
            byte[] before = [.. fields.Where(f => f.Number < definition.FieldNumber).SelectMany(f => f.Encode())];
            yield return ($"{name}.{definition.FieldNumber}: its default written", [.. before, .. written, .. message[before.Length..]]);
        }
    }

    private static List<Field> Parse(byte[] message)
    {
        List<Field> fields = [];
        var position = 0;
        while (position < message.Length)
        {
            var tag = Read(message, ref position);
            var value = Read(message, ref position);
            var type = (int)(tag & 7);
            var content = type == 2 ? message.AsSpan(position, (int)value).ToArray() : [];
            position += content.Length;
            fields.Add(new Field((int)(tag >> 3), type, value, content));
        }

        return fields;
    }

    private static ulong Read(byte[] message, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private static byte[] Varint(ulong value, int padding)
    {
        var bytes = new WireWriter(10).Varint(value).ToArray();
        if (padding == 0)
            return bytes;
        bytes[^1] |= 0x80;
        return [.. bytes, .. Enumerable.Repeat((byte)0x80, padding - 1), 0];
    }

    private static byte[] Join(List<Field> fields, int index, byte[] instead, int secondIndex = -1, byte[]? secondInstead = null) =>
        [.. fields.SelectMany((f, i) => i == index ? instead : i == secondIndex ? secondInstead! : f.Encode())];
}
