using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.AbciProto.Crypto;
using SharedSequencer.AbciProto.Types;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Tests.Abci;

/// <summary>
/// The compiled descriptors against the table of the wire format that was read from CometBFT's own descriptors: what
/// differs by one number would be a chain of our own.
/// </summary>
public sealed partial class WireTableTests
{
    private static readonly FileDescriptor[] s_files =
    [
        AbciProto.Abci.TypesReflection.Descriptor,
        KeysReflection.Descriptor,
        ProofReflection.Descriptor,
        AbciProto.Types.TypesReflection.Descriptor,
        ValidatorReflection.Descriptor,
        ParamsReflection.Descriptor,
        EvidenceReflection.Descriptor,
        BlockReflection.Descriptor,
        CanonicalReflection.Descriptor,
        AbciProto.Version.TypesReflection.Descriptor,
    ];

    [Test]
    public void Compiled_messages_enums_ranges_and_service_are_exactly_the_table()
    {
        var table = ReadTable().Select(line => AlwaysMark().Replace(line, "")).ToList();
        var compiled = s_files.SelectMany(Lines).ToList();

        Assert.That(table, Has.Count.GreaterThan(400), "the table is whole");
        Assert.That(compiled.Except(table), Is.Empty, "compiled, but not in the table");
        Assert.That(table.Except(compiled), Is.Empty, "in the table, but not compiled");
        Assert.That(compiled, Has.Count.EqualTo(table.Count));
    }

    [Test]
    public void Every_compiled_file_is_in_the_list_that_is_compared()
    {
        var compiled = typeof(Request).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor")?.GetMethod)
            .Where(getter => getter is { IsStatic: true } && getter.ReturnType == typeof(FileDescriptor))
            .Select(getter => (FileDescriptor)getter!.Invoke(null, null)!);

        Assert.That(compiled, Is.EquivalentTo(s_files));
    }

    [Test]
    public void Fields_that_go_always_writes_are_marked_in_the_protos()
    {
        var table = ReadTable().Where(line => AlwaysMark().IsMatch(line)).Select(line => AlwaysMark().Replace(line, ""));
        var root = Path.Combine(ProgramFinder.FindRoot(), "abci-proto");
        var marked = s_files.SelectMany(file => MarkedFields(file, File.ReadAllLines(Path.Combine(root, file.Name))));

        Assert.That(marked, Is.EquivalentTo(table));
    }

    // Every line of the table with the name it stands under, so that lines can be compared as a set.
    private static List<string> ReadTable()
    {
        var shared = Environment.GetEnvironmentVariable("SEQ_SHARED");
        if (string.IsNullOrEmpty(shared))
            shared = Path.Combine(ProgramFinder.FindRoot(), "..", "shared");
        var path = Path.GetFullPath(Path.Combine(shared, "facts", "abci-wire.txt"));
        if (!File.Exists(path))
            Assert.Ignore($"The wire table '{path}' is missing: set SEQ_SHARED to the folder that holds facts/.");

        var lines = new List<string>();
        var owner = "";
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            if (!line.StartsWith("  ", StringComparison.Ordinal))
                owner = line;
            lines.Add(line == owner ? line : $"{owner} {line.Trim()}");
        }

        return lines;
    }

    private static IEnumerable<string> Lines(FileDescriptor file) =>
    [
        $"## {file.Name}, package {file.Package}",
        .. file.EnumTypes.SelectMany(Lines),
        .. file.MessageTypes.SelectMany(Lines),
        .. file.Services.SelectMany(Lines),
    ];

    private static IEnumerable<string> Lines(MessageDescriptor message)
    {
        var name = $"message {message.FullName}";
        return
        [
            name,
            .. message.Fields.InDeclarationOrder().Select(field => $"{name} {Line(field)}"),
            .. message.ToProto().ReservedRange.Select(range => $"{name} reserved {range.Start}..{range.End - 1}"),
            .. message.EnumTypes.SelectMany(Lines),
            .. message.NestedTypes.SelectMany(Lines),
        ];
    }

    private static IEnumerable<string> Lines(EnumDescriptor type)
    {
        var name = $"enum {type.FullName}";
        return [name, .. type.Values.Select(value => $"{name} {value.Number} {value.Name}")];
    }

    private static IEnumerable<string> Lines(ServiceDescriptor service)
    {
        var name = $"service {service.FullName}";
        return
        [
            name,
            .. service.Methods.Select(call => $"{name} {call.Name}({call.InputType.FullName}) -> {call.OutputType.FullName}"),
        ];
    }

    private static string Line(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        var repeated = field.IsRepeated ? "repeated " : "";
        var oneof = field.ContainingOneof is { } group ? $"  (oneof {group.Name})" : "";
        return $"{field.FieldNumber} {repeated}{type} {field.Name}{oneof}";
    }

    private static IEnumerable<string> MarkedFields(FileDescriptor file, string[] source)
    {
        var message = "";
        foreach (var line in source)
        {
            if (MessageName().Match(line) is { Success: true } start)
                message = start.Groups[1].Value;
            if (MarkedField().Match(line) is not { Success: true } field)
                continue;
            var descriptor = file.FindTypeByName<MessageDescriptor>(message);
            yield return $"message {descriptor.FullName} {Line(descriptor.FindFieldByName(field.Groups[1].Value))}";
        }
    }

    [GeneratedRegex(@"  always$")]
    private static partial Regex AlwaysMark();

    [GeneratedRegex(@"^message (\w+)")]
    private static partial Regex MessageName();

    [GeneratedRegex(@"(\w+) = \d+;  // always$")]
    private static partial Regex MarkedField();
}
