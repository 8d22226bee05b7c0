using Microsoft.Extensions.Logging;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// Anchors the sequencer's chain in Bitcoin: posts a checkpoint when one is due, follows each to the required
/// confirmations, and again after a reorg. What it posts is on disk before bitcoind gets it, so that a crash repeats
/// nothing; what its file has lost is found again in Bitcoin. One step at a time: only <see cref="Status"/> and
/// <see cref="Reports"/> may be read from other threads.
/// </summary>
public sealed partial class AnchorPoster : IChainListener, IDisposable
{
    private const int StepsUntilSaved = 100;

    private readonly AnchorPosterOptions _options;
    private readonly TaprootKey _key;
    private readonly BitcoinRpc _rpc;
    private readonly IAnchorSource _source;
    private readonly IAnchorObserver _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AnchorStore _store;
    private readonly BestChain _chain;
    private readonly AnchorBook _book;
    private readonly CoinLedger _coins;
    private readonly ChainFollower _follower;
    private readonly AnchorRecovery _recovery;
    private readonly CheckpointSender _sender;
    private readonly Dictionary<BitcoinHash, (AnchorStage Stage, int Confirmations, BitcoinHash? Block, int Losses)> _delivered = [];

    private int _unsaved;
    private bool _isCold;
    private string? _problem;
    private volatile AnchorPosterStatus _status = new(null, 0, 0, 0, 0, 0, "Not started.");
    private volatile IReadOnlyList<AnchorReport> _reports = [];

    private AnchorPoster(
        AnchorPosterOptions options, TaprootKey key, BitcoinRpc rpc, IAnchorSource source, IAnchorObserver observer,
        TimeProvider time, ILogger<AnchorPoster> logger, AnchorStore store)
    {
        _options = options;
        _key = key;
        _rpc = rpc;
        _source = source;
        _observer = observer;
        _time = time;
        _logger = logger;
        _store = store;
        _chain = new BestChain(options.WatchBlocks + 1);
        _book = new AnchorBook(_chain, options.RequiredConfirmations, options.WatchBlocks);
        _coins = new CoinLedger(key);
        _follower = new ChainFollower(rpc, _chain, options.WatchBlocks, this);
        _recovery = new AnchorRecovery(rpc, key, options.ChainTag, source, _book, _coins, logger);
        _sender = new CheckpointSender(options, rpc, key, _chain, _book, _coins, logger);
    }

    /// <summary>Where the coins that pay for anchoring come from: pay to it.</summary>
    public string Address => _key.Address;

    /// <summary>As of the last step.</summary>
    public AnchorPosterStatus Status => _status;

    /// <summary>Every watched anchor as of the last step, in the order of posting.</summary>
    public IReadOnlyList<AnchorReport> Reports => _reports;

    /// <summary>Opens the state file and locks it.</summary>
    /// <param name="rpc">Stays the caller's, to dispose of after the poster.</param>
    /// <exception cref="FormatException">An option is wrong, or the state file belongs to another chain, network or key.</exception>
    /// <exception cref="IOException">Another poster uses the state file, or it cannot be written.</exception>
    public static AnchorPoster Open(
        AnchorPosterOptions options, SecretKey secret, BitcoinRpc rpc, IAnchorSource source, IAnchorObserver observer,
        TimeProvider time, ILogger<AnchorPoster> logger)
    {
        options.Validate();
        var store = AnchorStore.Open(options.StateFile);
        try
        {
            var poster = new AnchorPoster(options, new TaprootKey(secret, options.Network), rpc, source, observer, time, logger, store);
            poster._isCold = !store.TryLoad(options, poster.Address, poster._chain, poster._book, out var problem);
            if (problem is not null)
                poster.LogUnreadable(options.StateFile, problem);
            return poster;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Steps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, _time);
        do
        {
            await StepAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>
    /// One look at Bitcoin and at what is due, with all that follows from it. What bitcoind refuses or fails to answer
    /// becomes <see cref="AnchorPosterStatus.Problem"/>, and the next step tries again.
    /// </summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        string? problem;
        try
        {
            problem = await TryStepAsync(cancellationToken);
        }
        catch (BitcoinRpcException e)
        {
            problem = e.Message;
        }

        Save();
        if (problem is not null && problem != _problem)
            LogProblem(problem);
        else if (problem is null && _problem is not null)
            LogSolved();
        _problem = problem;
        _reports = [.. _book.Anchors.Select(_book.Report)];
        _status = new AnchorPosterStatus(
            _chain.IsEmpty ? null : _chain.TipHeight,
            _book.CoveredHeight,
            _book.AnchoredHeight,
            _book.FirmHeight,
            _book.Posted.Count(),
            _coins.Balance,
            problem);
    }

    public void Dispose() => _store.Dispose();

    /// <inheritdoc/>
    async Task IChainListener.ConnectedAsync(BitcoinBlock block, uint height, CancellationToken cancellationToken)
    {
        _coins.Connect(block, height);
        await _recovery.ConnectAsync(block, height, cancellationToken);
        _book.Recount();
        if (++_unsaved >= StepsUntilSaved)
            Save();
    }

    /// <inheritdoc/>
    void IChainListener.Disconnected(BitcoinHash block, uint height)
    {
        LogReorg(block, height);
        _coins.Forget();
        _book.Disconnect(block, height);
        _book.Recount();
        _unsaved++;
    }

    /// <returns>What keeps it from posting; null when nothing does.</returns>
    private async Task<string?> TryStepAsync(CancellationToken cancellationToken)
    {
        var info = await _rpc.GetBlockchainInfoAsync(cancellationToken);
        if (info.Chain != _options.Network.Name)
            return $"bitcoind is on the network '{info.Chain}', the relayer on '{_options.Network.Name}'.";

        // A fresh regtest counts as downloading until its first block of today. Elsewhere a tip that is far behind
        // would look like a reorg that takes everything.
        if (info.InitialBlockDownload && _options.Network.Retargets)
            return $"bitcoind is still downloading the chain; it is at block {info.Blocks}.";

        await _follower.SyncAsync(cancellationToken);
        if (!await EnsureCoinsAsync(cancellationToken))
            return "Bitcoin's tip moves faster than its coins can be scanned; trying again.";
        if (await _sender.RebroadcastAsync(cancellationToken))
            _unsaved++;
        Save();
        await ReportAsync(cancellationToken);

        // A lost anchor's coins must be known afresh before anything else is built on them.
        if (!await EnsureCoinsAsync(cancellationToken))
            return null;
        return await PostIfDueAsync(cancellationToken);
    }

    private async Task<bool> EnsureCoinsAsync(CancellationToken cancellationToken)
    {
        const int Attempts = 5;
        for (var i = 0; i < Attempts && _coins.Tip != _chain.Tip.Hash; i++)
        {
            _coins.Load(await _rpc.ScanTxOutSetAsync(_key.ScriptPubKey, cancellationToken));
            await _follower.SyncAsync(cancellationToken);
            if (_coins.Tip != _chain.Tip.Hash)
                continue;
            LogCoins(_coins.Coins.Count, _coins.Balance, Address);
            if (await _recovery.AdoptMempoolAsync(cancellationToken))
                _unsaved++;
            if (_isCold)
            {
                await _recovery.RaiseFloorAsync(_chain.FirstHeight, cancellationToken);
                _isCold = false;
                _unsaved++;
            }
        }

        return _coins.Tip == _chain.Tip.Hash;
    }

    private async Task<string?> PostIfDueAsync(CancellationToken cancellationToken)
    {
        var work = await _source.GetWorkAsync(_book.CoveredHeight, cancellationToken);
        if (work is null || !_options.Policy.IsDue(work, _time.GetUtcNow()))
            return null;
        var inFlight = _book.Posted.Count();
        if (inFlight >= _options.MaximumInFlight)
            return $"{inFlight} checkpoints wait for a block; the next one waits for them. Raise the fee's cap when this lasts.";

        var (anchor, problem) = await _sender.PrepareAsync(work.Newest, cancellationToken);
        if (anchor is null)
            return problem;
        _book.Post(anchor);
        _unsaved++;
        Save();
        await _rpc.SendRawTransactionAsync(anchor.Transaction, cancellationToken);
        LogPosted(anchor.Checkpoint.Height, anchor.Txid, anchor.Transaction.VirtualSize);
        await ReportAsync(cancellationToken);
        return null;
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        foreach (var anchor in _book.Anchors)
        {
            var report = _book.Report(anchor);
            var state = (report.Stage, report.Confirmations, report.Evidence?.Headers[0].Hash, report.Losses);
            if (_delivered.TryGetValue(anchor.Txid, out var last) && last == state)
                continue;
            if (!await _observer.OnAnchorAsync(report, cancellationToken))
                return;
            _delivered[anchor.Txid] = state;
            LogStage(report.Checkpoint.Height, report.Stage, report.Confirmations, report.Txid);
        }

        foreach (var txid in _delivered.Keys.Where(txid => _book.Find(txid) is null).ToList())
            _delivered.Remove(txid);
    }

    private void Save()
    {
        if (_unsaved == 0)
            return;
        _store.Save(_options, Address, _chain, _book);
        _unsaved = 0;
    }

    [LoggerMessage(10, LogLevel.Information, "Posted the checkpoint of height {Height}: Bitcoin transaction {Txid}, {VirtualSize} vB.")]
    private partial void LogPosted(ulong height, BitcoinHash txid, int virtualSize);

    [LoggerMessage(11, LogLevel.Information, "The checkpoint of height {Height} is {Stage} with {Confirmations} confirmations: {Txid}.")]
    private partial void LogStage(ulong height, AnchorStage stage, int confirmations, BitcoinHash txid);

    [LoggerMessage(12, LogLevel.Warning, "Anchoring waits: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(13, LogLevel.Information, "Anchoring goes on.")]
    private partial void LogSolved();

    [LoggerMessage(14, LogLevel.Warning, "Bitcoin block {Block} at height {Height} left the best chain.")]
    private partial void LogReorg(BitcoinHash block, uint height);

    [LoggerMessage(15, LogLevel.Warning, "The state file '{File}' cannot be read and was put aside: {Problem} What it held is looked for in Bitcoin.")]
    private partial void LogUnreadable(string file, string problem);

    [LoggerMessage(16, LogLevel.Information, "{Count} coins with {Satoshi} satoshi pay for anchoring, at {Address}.")]
    private partial void LogCoins(int count, ulong satoshi, string address);
}
