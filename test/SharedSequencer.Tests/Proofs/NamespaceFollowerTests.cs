using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Tests.Proofs;

internal sealed class NamespaceFollowerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly List<NodeFault> _faults = [];
    private CancellationTokenSource _limit = null!;
    private WideWorld _world = null!;
    private NodeInProcess _node = null!;
    private int _expected;

    private NamespaceId Id => _world.Namespaces[0];

    private NamespaceId Other => _world.Namespaces[1];

    [SetUp]
    public async Task StartAsync()
    {
        _faults.Clear();
        _limit = new CancellationTokenSource(s_patience);
        _world = new WideWorld(7, 3);
        for (var i = 0; i < 30; i++)
            AddSlice(i);
        _world.Chain.Add();
        _node = await NodeInProcess.StartAsync(_world.Chain);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _limit.Dispose();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task It_brings_what_is_there_and_then_each_slice_as_it_comes_exactly_once_and_in_order()
    {
        var follower = Follower([_node.Api]);
        List<ulong> numbers = [];
        await foreach (var followed in follower.FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 60)
                break;

            // One live slice after the other, with blocks of others, transfers and empty blocks between.
            if (numbers.Count >= 30)
            {
                AddSlice(numbers.Count, withGap: numbers.Count % 7);
                _node.Feed(_world.Chain);
            }
        }

        Assert.That(_faults, Is.Empty);
        Assert.That(follower.Cursor.Next, Is.EqualTo(61));
    }

    [Test]
    public async Task A_live_slice_needs_no_block_after_its_own()
    {
        List<ulong> numbers = [];
        await foreach (var followed in Follower([_node.Api]).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 30)
            {
                _world.Chain.Add();
                _world.AddEntry(Id, [30]);
                _node.Feed(_world.Chain);
            }

            if (numbers.Count == 31)
                break;
        }

        Assert.That(_world.Chain.SlicesOf(Id)[^1].Height, Is.EqualTo(_world.Chain.Height));
    }

    [Test]
    public async Task It_goes_on_from_a_saved_cursor_after_every_slice()
    {
        var saved = FollowCursor.At(Id).ToJson();
        List<ulong> numbers = [];
        while (numbers.Count < 40)
        {
            // A new process each time: all it has is the text.
            await foreach (var followed in Follower([_node.Api], FollowCursor.Parse(saved)).FollowAsync(_limit.Token))
            {
                AssertNext(followed, numbers);
                saved = followed.Cursor.ToJson();
                if (numbers.Count >= 30)
                {
                    AddSlice(numbers.Count, withGap: 2);
                    _world.Chain.Add();
                    _node.Feed(_world.Chain);
                }

                if (numbers.Count % 3 == 0 || numbers.Count > 30)
                    break;
            }
        }

        Assert.That(_faults, Is.Empty);
    }

    [Test]
    public async Task The_same_follower_may_be_enumerated_again_from_within_a_batch()
    {
        var follower = Follower([_node.Api]);
        List<ulong> numbers = [];
        for (var i = 0; i < 10; i++)
        {
            await foreach (var followed in follower.FollowAsync(_limit.Token))
            {
                AssertNext(followed, numbers);
                if (numbers.Count % 3 == 0)
                    break;
            }
        }

        Assert.That(numbers, Has.Count.EqualTo(30));
    }

    [Test]
    public async Task Through_restarts_of_its_only_node_no_slice_is_lost_or_repeated()
    {
        List<ulong> numbers = [];
        await foreach (var followed in Follower([_node.Api]).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 45)
                break;
            if (numbers.Count < 30)
                continue;
            AddSlice(numbers.Count, withGap: 1);
            if (numbers.Count % 5 == 0)
            {
                await _node.StopAsync();
                await _node.StartAsync();
            }

            _node.Feed(_world.Chain);
        }
    }

    [Test]
    public async Task When_a_node_is_gone_the_next_one_is_followed()
    {
        await using var second = await NodeInProcess.StartAsync(_world.Chain);
        List<ulong> numbers = [];
        await foreach (var followed in Follower([_node.Api, second.Api]).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 50)
                break;
            if (numbers.Count < 30)
                continue;
            if (numbers.Count == 35)
                await _node.StopAsync();
            AddSlice(numbers.Count);
            if (numbers.Count < 35)
                _node.Feed(_world.Chain);
            second.Feed(_world.Chain);
        }

        Assert.That(_faults, Is.Not.Empty);
        Assert.That(_faults.Select(f => f.Error), Is.All.InstanceOf<SequencerConnectionException>());
    }

    [Test]
    public async Task A_node_that_lies_about_the_past_is_left_and_reported_and_nothing_of_it_is_used()
    {
        await using var liar = await LyingNode.StartAsync(_node.Api);
        liar.Ranges = range => range.Slices.Count < 4 ? range : range with { Slices = [range.Slices[0], .. range.Slices.Skip(1).Select(s => s with { Entries = range.Slices[0].Entries })] };
        List<ulong> numbers = [];
        await foreach (var followed in Follower([liar.Address, _node.Api]).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 30)
                break;
        }

        Assert.That(_faults.Select(f => (f.Node, (f.Error as UnprovenAnswerException)?.Step)), Is.EqualTo(new[] { (liar.Address, nameof(HistoryStep.Log)) }));
    }

    [TestCase("altered", nameof(VerificationStep.Namespace))]
    [TestCase("left out", "Order")]
    [TestCase("of a past height", "Order")]
    public async Task A_node_that_lies_live_is_left_and_reported(string lie, string step)
    {
        await using var liar = await LyingNode.StartAsync(_node.Api);
        ulong skipped = 0;
        liar.Streamed = slice => lie switch
        {
            "altered" => slice with { Entries = [slice.Entries[0] with { Payload = [9, 9, 9] }] },

            // The next one takes its number.
            "left out" when skipped == 0 => Skip(slice.Number!.Value),
            "left out" => slice with { Number = slice.Number - 1 },
            _ => slice with { Height = 4 },
        };
        List<ulong> numbers = [];
        await foreach (var followed in Follower([liar.Address, _node.Api]).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 30)
            {
                _ = FeedWhenFollowedAsync(liar);
            }

            if (numbers.Count == 32)
                break;
        }

        Assert.That(_faults.Select(f => f.Node).Distinct(), Is.EqualTo(new[] { liar.Address }));
        Assert.That(_faults.Select(f => f.Error.Message), Has.Some.Contains($"The step {step} fails").Or.Some.Contains("makes no sense"));

        Api.Contracts.SliceResponse? Skip(ulong number)
        {
            skipped = number;
            return null;
        }
    }

    [Test]
    public async Task When_every_node_lies_the_step_is_thrown_and_no_slice_given_out()
    {
        await using var first = await LyingNode.StartAsync(_node.Api);
        await using var second = await LyingNode.StartAsync(_node.Api);
        first.Ranges = second.Ranges = range => range with { History = null };

        var thrown = Assert.ThrowsAsync<UnprovenAnswerException>(async () =>
        {
            await foreach (var followed in Follower([first.Address, second.Address]).FollowAsync(_limit.Token))
                Assert.Fail($"slice {followed.Slice.Number} was given out");
        });

        Assert.That(thrown!.Step, Is.EqualTo(nameof(HistoryStep.Format)));
        Assert.That(_faults, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Heads_of_a_height_that_the_chain_never_reaches_do_not_stop_it()
    {
        await using var liar = await LyingNode.StartAsync(_node.Api);
        liar.Ranges = range => range with { History = range.History! with { Head = range.History.Head with { Height = 1_000_000 } } };
        List<ulong> numbers = [];
        await foreach (var followed in Follower([liar.Address, _node.Api], silence: TimeSpan.FromSeconds(1)).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 30)
                break;
        }

        Assert.That(_faults.Select(f => f.Error.Message), Has.Some.Contains("height 1000001"));
    }

    [Test]
    public async Task A_silent_node_is_left_for_the_next_one()
    {
        await using var mute = await LyingNode.StartAsync(_node.Api);
        mute.IsSilent = true;
        List<ulong> numbers = [];
        await foreach (var followed in Follower([mute.Address, _node.Api], silence: TimeSpan.FromSeconds(1)).FollowAsync(_limit.Token))
        {
            AssertNext(followed, numbers);
            if (numbers.Count == 31)
                break;
            if (numbers.Count == 30)
            {
                AddSlice(30);
                _node.Feed(_world.Chain);
                mute.Ranges = range => range with { Slices = [], Next = 31, History = range.History! with { Nodes = [] } };
            }
        }

        Assert.That(_faults, Is.Not.Empty);
    }

    [Test]
    public async Task A_cursor_of_another_chain_is_refused()
    {
        FollowCursor? saved = null;
        await foreach (var followed in Follower([_node.Api]).FollowAsync(_limit.Token))
        {
            saved = followed.Cursor;
            if (followed.Slice.Number == 20)
                break;
        }

        var other = saved! with { Head = saved.Head! with { Head = saved.Head.Head with { Root = Hash256.Of("another past"u8) } } };
        AddSlice(30);
        _world.Chain.Add();
        _node.Feed(_world.Chain);
        var thrown = Assert.ThrowsAsync<UnprovenAnswerException>(() => FirstAsync(Follower([_node.Api], other)));
        Assert.That(thrown!.Step, Is.EqualTo(nameof(HistoryStep.Consistency)));

        var ahead = saved with { Next = 500, LastHeight = saved.LastHeight + 1 };
        thrown = Assert.ThrowsAsync<UnprovenAnswerException>(() => FirstAsync(Follower([_node.Api], ahead)));
        Assert.That(thrown!.Step, Is.EqualTo(nameof(HistoryStep.Head)));

        Assert.That((await FirstAsync(Follower([_node.Api], saved))).Slice.Number, Is.EqualTo(21), "the true one goes on");
    }

    [Test]
    public async Task What_is_not_registered_or_pruned_everywhere_is_said()
    {
        var unknown = Assert.ThrowsAsync<SequencerApiException>(() => FirstAsync(Follower([_node.Api], FollowCursor.At(NamespaceId.OfName("nobody")))));
        Assert.That(unknown!.Code, Is.EqualTo(ProblemCodes.NotFound));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_number_that_is_not_there_yet_is_waited_for_and_nothing_before_it_comes()
    {
        var following = FirstAsync(Follower([_node.Api], FollowCursor.At(Id, next: 34)));
        for (var i = 30; i < 36; i++)
        {
            AddSlice(i, withGap: 1);
            _world.Chain.Add();
            _node.Feed(_world.Chain);
        }

        Assert.That((await following).Slice.Number, Is.EqualTo(34));
    }

    [Test]
    public async Task An_idle_namespace_costs_few_headers_however_many_blocks_others_fill()
    {
        var following = FirstAsync(Follower([_node.Api], FollowCursor.At(Id, next: 31)));
        for (var i = 0; i < 200; i++)
        {
            _world.AddEntry(Other, [1]);
            _node.Feed(_world.Chain);
            if (i % 40 == 0)
                await Task.Delay(20);
        }

        var asked = _world.Chain.HeadersAsked;
        AddSlice(30);
        _world.Chain.Add();
        _node.Feed(_world.Chain);
        Assert.That((await following).Slice.Number, Is.EqualTo(31));
        Assert.That(asked, Is.LessThan(120), "headers for 200 blocks of others");
    }

    [Test]
    public void Cursors_are_read_back_as_they_were_and_nothing_else_is()
    {
        var cursor = new FollowCursor
        {
            Namespace = Id,
            Next = 12,
            LastHeight = 99,
            Head = new VerifiedHead(Id, 100, new NamespaceHead(11, 99, Hash256.Of("root"u8))),
        };

        Assert.That(FollowCursor.Parse(cursor.ToJson()), Is.EqualTo(cursor));
        Assert.That(FollowCursor.Parse(FollowCursor.At(Id, 5).ToJson()), Is.EqualTo(FollowCursor.At(Id, 5)));
        foreach (var text in new[] { "", "null", "{}", "[]", cursor.ToJson().Replace("\"next\":12", "\"next\":0", StringComparison.Ordinal), cursor.ToJson().Replace("last_height", "x", StringComparison.Ordinal), cursor.ToJson()[..^1] })
            Assert.That(() => FollowCursor.Parse(text), Throws.InstanceOf<FormatException>(), text);
    }

    private NamespaceFollower Follower(IReadOnlyList<Uri> nodes, FollowCursor? from = null, TimeSpan? silence = null) => new(
        nodes,
        _world.Chain,
        from ?? FollowCursor.At(Id),
        new NamespaceFollowerOptions
        {
            BatchSlices = 7,
            Silence = silence ?? s_patience,
            OnFault = _faults.Add,
            Client = new SequencerClientOptions
            {
                FirstBackoff = TimeSpan.FromMilliseconds(5),
                MaximumBackoff = TimeSpan.FromMilliseconds(100),
                StreamGiveUpAfter = TimeSpan.FromMilliseconds(100),
            },
        });

    private async Task<FollowedSlice> FirstAsync(NamespaceFollower follower)
    {
        await foreach (var followed in follower.FollowAsync(_limit.Token))
            return followed;
        throw new InvalidOperationException("Following ended.");
    }

    /// <summary>Waits until the stream is open, so that what comes is live.</summary>
    private async Task FeedWhenFollowedAsync(LyingNode node)
    {
        while (!node.Requests.Any(r => r.Contains("/stream", StringComparison.Ordinal)))
            await Task.Delay(10, _limit.Token);
        _world.AddEntry(Id, [30]);
        _world.AddEntry(Id, [31]);
        _world.Chain.Add();
        _node.Feed(_world.Chain);
    }

    /// <summary>A block with a slice of the namespace, behind so many of others and empty ones.</summary>
    private void AddSlice(int i, int withGap = 0)
    {
        for (var gap = 0; gap < withGap; gap++)
        {
            if (gap % 2 == 0)
                _world.AddEntry(Other, [1, 2]);
            else
                _world.Chain.Add();
        }

        _world.AddEntry(Id, [(byte)i]);
        _expected = i;
    }

    private void AssertNext(FollowedSlice followed, List<ulong> numbers)
    {
        var slice = followed.Slice;
        Assert.That(slice.Number, Is.EqualTo((ulong)numbers.Count + 1));
        var committed = _world.Chain.SlicesOf(Id)[numbers.Count];
        Assert.That(slice.Height, Is.EqualTo(committed.Height));
        Assert.That(slice.Entries.Select(e => Convert.ToHexString(e.LeafData())), Is.EqualTo(committed.Slice.Entries.Select(e => Convert.ToHexString(e.LeafData()))));
        Assert.That((followed.Cursor.Next, followed.Cursor.LastHeight), Is.EqualTo((slice.Number + 1, slice.Height)));
        numbers.Add(slice.Number);
        Assert.That(numbers, Has.Count.LessThanOrEqualTo(_expected + 10));
    }
}
