using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SharedSequencer.Grpc.Services;

/// <summary>The files that define a server's services, with all that they import, by name and by what is defined in them.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IDescriptor> _symbols = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files)
            Add(file);
    }

    public FileDescriptor? File(string name) => _files.GetValueOrDefault(name);

    /// <summary>The file that defines a service, method, message, field, enum or enum value.</summary>
    public FileDescriptor? FileOf(string symbol) => _symbols.GetValueOrDefault(symbol)?.File;

    /// <summary>True for a message's full name.</summary>
    public bool HasMessage(string name) => _symbols.GetValueOrDefault(name) is MessageDescriptor;

    /// <summary>FileDescriptorProto of a file and of all that it imports, itself first.</summary>
    public static IReadOnlyList<ByteString> Closure(FileDescriptor file)
    {
        List<FileDescriptor> found = [file];
        for (var i = 0; i < found.Count; i++)
            found.AddRange(found[i].Dependencies.Where(dependency => !found.Contains(dependency)).Distinct().ToList());
        return [.. found.Select(each => each.SerializedData)];
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
            return;
        foreach (var service in file.Services)
        {
            Define(service);
            foreach (var method in service.Methods)
                Define(method);
        }

        foreach (var message in file.MessageTypes)
            Add(message);
        foreach (var type in file.EnumTypes)
            Add(type);
        foreach (var dependency in file.Dependencies)
            Add(dependency);
    }

    private void Add(MessageDescriptor message)
    {
        Define(message);
        foreach (var field in message.Fields.InDeclarationOrder())
            Define(field);
        foreach (var nested in message.NestedTypes)
            Add(nested);
        foreach (var type in message.EnumTypes)
            Add(type);
    }

    private void Add(EnumDescriptor type)
    {
        Define(type);
        foreach (var value in type.Values)
            Define(value);
    }

    private void Define(IDescriptor symbol) => _symbols[symbol.FullName] = symbol;
}
