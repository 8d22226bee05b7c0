using System.Reflection;
using NUnit.Framework;

namespace SharedSequencer.Tests.Architecture;

/// <summary>Dependencies point one way: what decides blocks knows no host, socket, storage, logging, clock or JSON.</summary>
internal sealed class DependencyTests
{
    private static readonly string[] s_pureFramework =
    [
        "System.Runtime", "System.Runtime.Intrinsics", "System.Memory", "System.Collections", "System.Collections.Immutable",
        "System.Security.Cryptography", "System.Text.Encoding.Extensions", "System.Numerics.Vectors", "System.Linq",
        // MemoryMarshal: views of memory, no native code.
        "System.Runtime.InteropServices",
    ];

    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Primitives"] = [],
        ["Merkle"] = ["Primitives"],
        ["Protocol"] = ["Primitives", "Merkle", "Cryptography"],
        ["StateMachine"] = ["Primitives", "Merkle", "Cryptography", "Protocol"],
    };

    [TestCase("Primitives")]
    [TestCase("Merkle")]
    [TestCase("Protocol")]
    [TestCase("StateMachine")]
    public void Consensus_code_references_only_pure_code(string project)
    {
        string[] allowed = [.. s_pureFramework, .. s_allowed[project].Select(p => $"SharedSequencer.{p}")];

        var referenced = Load(project).GetReferencedAssemblies().Select(a => a.Name);

        Assert.That(referenced, Is.SubsetOf(allowed));
    }

    [TestCase("Client")]
    [TestCase("CometBft")]
    public void What_clients_use_references_no_server_code(string project)
    {
        string[] servers = ["StateMachine", "Application", "Storage", "Abci", "Hosting", "Node"];

        var referenced = Load(project).GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.That(referenced.Intersect(servers.Select(s => $"SharedSequencer.{s}")), Is.Empty);
        Assert.That(referenced.Where(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("Relayer")]
    [TestCase("Gateway")]
    public void What_follows_a_node_sees_its_API_alone(string project)
    {
        string[] inside = ["StateMachine", "Application", "Storage", "Abci", "Node"];

        var referenced = Load(project).GetReferencedAssemblies().Select(a => a.Name!);

        Assert.That(referenced.Intersect(inside.Select(s => $"SharedSequencer.{s}")), Is.Empty);
    }

    private static Assembly Load(string project) => Assembly.LoadFrom(Path.Combine(
        AppContext.BaseDirectory,
        project switch { "Relayer" => "relayer.dll", "Gateway" => "gateway.dll", _ => $"SharedSequencer.{project}.dll" }));
}
