using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.Storage;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>
/// A validator whose application runs in the test's process: the real one, over the node's own data and behind the real
/// ABCI server, but for the calls in which it is faulty. Its CometBFT is a real one and knows nothing of it.
/// </summary>
internal sealed class FaultyValidator : IAbciFaultHandler, IAsyncDisposable
{
    private readonly ValidatorNode _validator;
    private readonly NodeDatabase _database;
    private readonly AbciServer _server;
    private volatile AbciFault? _fault;

    private FaultyValidator(ValidatorNode validator, NodeDatabase database, string socket, Func<IAbciApplication, IAbciApplication> fault)
    {
        _validator = validator;
        _database = database;
        var application = new SequencerApplication(new SqliteChainStore(database), new Unobserved(), new ApplicationOptions());
        _server = new AbciServer(
            fault(application), new AbciServerOptions { Address = AbciAddress.Unix(socket) }, this, NullLogger<AbciServer>.Instance);
    }

    /// <summary>Kills a validator and starts it again with the faulty application.</summary>
    public static async Task<FaultyValidator> ReplaceAsync(LocalNetwork network, int index, Func<IAbciApplication, IAbciApplication> fault)
    {
        var validator = network.Validators[index];
        await validator.KillAsync();
        var faulty = new FaultyValidator(
            validator,
            NodeDatabase.Open(new NodeHome(network.Folder.Node(index)).Data, "cometbft"),
            network.Folder.AbciSocket(index),
            fault);
        try
        {
            await faulty._server.StartAsync(CancellationToken.None);
            validator.StartComet();
            return faulty;
        }
        catch
        {
            await faulty.DisposeAsync();
            throw;
        }
    }

    public void OnFault(AbciFault fault) => _fault = fault;

    public async ValueTask DisposeAsync()
    {
        await _validator.KillAsync();
        await _server.DisposeAsync();
        _database.Dispose();
        Assert.That(_fault?.Report, Is.Null, "the faulty validator's application broke in another way than it should");
    }

    private sealed class Unobserved : IChainObserver
    {
        public void Committed(CommittedBlock block)
        {
        }

        public void Promoted(Hash256 id)
        {
        }

        public void Received(Hash256 id)
        {
        }

        public void Ended(Hash256 id, PoolEnding ending)
        {
        }

        public void ProposalRejected(long height, string reason)
        {
        }
    }
}
