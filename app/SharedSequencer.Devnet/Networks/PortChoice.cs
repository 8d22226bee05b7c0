using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>Gives each listener its port: the one of the last run, else its default when that is free, else any free one.</summary>
internal sealed class PortChoice(IReadOnlyDictionary<string, int> kept, bool useDefaults)
{
    private readonly Dictionary<string, int> _chosen = [];

    public IReadOnlyDictionary<string, int> Chosen => _chosen;

    /// <summary>The port of a listener.</summary>
    /// <exception cref="IOException">The last run's port is taken by someone else.</exception>
    public int For(string listener, int defaultPort)
    {
        if (kept.TryGetValue(listener, out var port))
        {
            if (!FreePort.IsFree(port))
                throw new IOException($"Port {port}, which the last run used for {listener}, is taken: end what uses it, or start anew with --reset.");
        }
        else
        {
            port = useDefaults && FreePort.IsFree(defaultPort) && !_chosen.ContainsValue(defaultPort) ? defaultPort : Other();
        }

        _chosen.Add(listener, port);
        return port;
    }

    private int Other()
    {
        while (true)
        {
            var port = FreePort.Next();
            if (!_chosen.ContainsValue(port) && !kept.Values.Contains(port))
                return port;
        }
    }
}
