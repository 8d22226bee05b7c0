using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// Brings CheckTx's verdicts to the submissions that wait for them: the pool is in this process, so nobody need ask
/// CometBFT what it was told by us.
/// </summary>
public sealed class CheckVerdicts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash256, Expectation> _expected = [];
    private int _count;

    /// <summary>Whether anyone waits for anything: else a check need not even compute its transaction's id.</summary>
    public bool IsAwaited => Volatile.Read(ref _count) > 0;

    /// <summary>Waits for the next verdict on a transaction. Ask before it is broadcast; dispose of it afterwards.</summary>
    public Expectation Expect(Hash256 id)
    {
        lock (_gate)
        {
            if (!_expected.TryGetValue(id, out var expectation))
                _expected.Add(id, expectation = new Expectation(this, id));
            expectation.Waiters++;
            _count++;
            return expectation;
        }
    }

    /// <summary>CheckTx has answered.</summary>
    public void Report(Hash256 id, uint code, string message)
    {
        Expectation? expectation;
        lock (_gate)
            _expected.TryGetValue(id, out expectation);
        expectation?.Set(new Verdict((ResultCode)code, message));
    }

    private void Leave(Expectation expectation, Hash256 id)
    {
        lock (_gate)
        {
            _count--;
            if (--expectation.Waiters == 0)
                _expected.Remove(id);
        }
    }

    /// <summary>One transaction's verdict, shared by all who submitted the same bytes.</summary>
    public sealed class Expectation : IDisposable
    {
        private readonly TaskCompletionSource<Verdict> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CheckVerdicts _owner;
        private readonly Hash256 _id;

        internal Expectation(CheckVerdicts owner, Hash256 id)
        {
            _owner = owner;
            _id = id;
        }

        public Task<Verdict> Verdict => _verdict.Task;

        internal int Waiters { get; set; }

        public void Dispose() => _owner.Leave(this, _id);

        internal void Set(Verdict verdict) => _verdict.TrySetResult(verdict);
    }
}
