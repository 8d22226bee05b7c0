using System.Diagnostics;
using System.Numerics;
using NUnit.Framework;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Execution;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Tests.Evm;

namespace SharedSequencer.SystemTests.Evm;

public sealed class EvmExecutorTests
{
    private static readonly DateTimeOffset s_start = SliceMaker.Start;

    [Test]
    public async Task A_slice_becomes_a_block_with_its_transactions_in_their_order()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        var slices = new SliceMaker();
        Assert.That((await executor.GetInfoAsync()).NextSlice, Is.EqualTo(1UL));

        var slice = slices.Next(s_start.AddMilliseconds(900),
            SliceMaker.Transfer(GethNode.Rich[0], 0, 5), SliceMaker.Transfer(GethNode.Rich[1], 0, 6), SliceMaker.Transfer(GethNode.Rich[0], 1, 7));
        var result = await executor.ExecuteAsync(slice);

        var block = result.Blocks.Single();
        var head = await geth.Rpc.HeadAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(block.Slices.Single().Payloads.Select(p => p.DropCode), Is.All.Null);
            Assert.That(head.Number, Is.EqualTo(1UL));
            Assert.That(head.Hash.ToString(), Is.EqualTo(block.Position.Hash));
            Assert.That(head.Timestamp, Is.EqualTo((ulong)s_start.ToUnixTimeSeconds()));
            Assert.That(head.ExtraData, Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3 }));
            Assert.That(await geth.Rpc.BalanceAsync(SliceMaker.Recipient, BlockReference.Latest), Is.EqualTo(new BigInteger(18)));
            foreach (var (payload, index) in block.Slices[0].Payloads.Select((p, i) => (p, i)))
            {
                var receipt = await geth.Rpc.FindReceiptAsync(EvmHash.Parse(payload.TransactionHash));
                Assert.That(receipt?.GetProperty("transactionIndex").GetString(), Is.EqualTo(Quantity.Of((ulong)index)));
                Assert.That(receipt?.GetProperty("status").GetString(), Is.EqualTo("0x1"));
            }
        });

        var again = await executor.ExecuteAsync(slice);
        Assert.That(again.WasKnown, Is.True);
        Assert.That((await geth.Rpc.HeadAsync()).Number, Is.EqualTo(1UL));

        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(1)));
        Assert.That((await geth.Rpc.HeadAsync()).Number, Is.EqualTo(2UL), "a slice without payloads is a block too");
        var gap = Assert.ThrowsAsync<SliceOutOfOrderException>(() => executor.ExecuteAsync(slice with { Number = 9, Height = 90 }));
        Assert.That((gap!.Expected, gap.Given), Is.EqualTo((3UL, 9UL)));
    }

    [Test]
    public async Task Each_bad_payload_is_dropped_with_its_reason_and_the_good_ones_run()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        var poor = GethNode.Key(500);
        var unsigned = new FeeMarketTransaction { ChainId = 777, Nonce = 1, To = SliceMaker.Recipient };
        (byte[] Payload, string? Code)[] cases =
        [
            (SliceMaker.Transfer(GethNode.Rich[0], 0), null),
            ([], "malformed"),
            ([0xff, 0xff, 0xff], "malformed"),
            ([0x7b, 0x7d], "unsupported_type"),
            ([3, .. SliceMaker.Transfer(GethNode.Rich[0], 1).AsSpan(1)], "unsupported_type"),
            ([4, .. SliceMaker.Transfer(GethNode.Rich[0], 1).AsSpan(1)], "unsupported_type"),
            ((unsigned with { ChainId = 778 }).Sign(GethNode.Rich[0]), "wrong_chain"),
            ((unsigned with { Data = new byte[140_000], GasLimit = 5_000_000 }).Sign(GethNode.Rich[0]), "too_large"),
            ((unsigned with { GasLimit = 20_000 }).Sign(GethNode.Rich[0]), "intrinsic_gas"),
            ((unsigned with { GasLimit = 30_000_001 }).Sign(GethNode.Rich[0]), "gas_limit_above_block"),
            ((unsigned with { MaxFeePerGas = 1 }).Sign(GethNode.Rich[0]), "tip_above_fee_cap"),
            ((unsigned with { MaxFeePerGas = 1, MaxPriorityFeePerGas = 0 }).Sign(GethNode.Rich[0]), "fee_cap_below_base_fee"),
            ((unsigned with { To = null, Data = new byte[49_153], GasLimit = 5_000_000 }).Sign(GethNode.Rich[0]), "init_code_too_large"),
            (SliceMaker.Transfer(GethNode.Rich[0], 0), "nonce_too_low"),
            (SliceMaker.Transfer(GethNode.Rich[0], 2), "nonce_too_high"),
            (SliceMaker.Transfer(GethNode.Rich[0], 1, 1_000 * GethNode.Ether), "insufficient_funds"),
            (SliceMaker.Transfer(poor, 0), "insufficient_funds"),
            (SliceMaker.Transfer(GethNode.Rich[0], 1), null),
            (SliceMaker.Transfer(GethNode.Rich[1], 0, GethNode.Ether, EvmAddress.Of(poor)), null),
            (SliceMaker.Transfer(poor, 0), null),
        ];
        var result = await executor.ExecuteAsync(new SliceMaker().Next(s_start, [.. cases.Select(c => c.Payload)]));

        var payloads = result.Blocks.Single().Slices.Single().Payloads;
        Assert.That(payloads.Select(p => p.DropCode), Is.EqualTo(cases.Select(c => c.Code)),
            string.Join('\n', payloads.Select(p => $"{p.DropCode} {p.DropDetail}")));
        Assert.That(await geth.Rpc.BalanceAsync(SliceMaker.Recipient, BlockReference.Latest), Is.EqualTo(new BigInteger(3)));
    }

    [Test]
    public async Task Every_envelope_that_is_decoded_runs_in_geth_with_the_sender_that_was_recovered()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        byte[][] payloads =
        [
            new SignedEnvelope { ChainId = 777, Type = EthereumTransactionType.Legacy }.Sign(GethNode.Rich[0]),
            new SignedEnvelope { Type = EthereumTransactionType.Legacy, ChainId = null, Nonce = 1 }.Sign(GethNode.Rich[0]),
            new SignedEnvelope
            {
                ChainId = 777,
                Type = EthereumTransactionType.AccessList,
                Nonce = 2,
                GasLimit = 40_000,
                AccessList = l => l.List(e => e.String(new byte[20]).List(k => k.String(new byte[32]))),
            }.Sign(GethNode.Rich[0]),
            new SignedEnvelope { ChainId = 777, Nonce = 3, To = [], Data = [0x60, 0x00, 0x60, 0x00, 0xf3], GasLimit = 100_000 }.Sign(GethNode.Rich[0]),
        ];
        var result = await executor.ExecuteAsync(new SliceMaker().Next(s_start, payloads));
        foreach (var payload in result.Blocks.Single().Slices.Single().Payloads)
        {
            Assert.That(payload.DropCode, Is.Null, payload.DropDetail);
            var receipt = await geth.Rpc.FindReceiptAsync(EvmHash.Parse(payload.TransactionHash));
            Assert.That(receipt?.GetProperty("from").GetString(), Is.EqualTo(EvmAddress.Of(GethNode.Rich[0]).ToString()));
        }
    }

    [Test]
    public async Task Fast_slices_gather_and_light_ones_do_not()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        var slices = new SliceMaker();
        ulong nonce = 0;
        byte[] Next() => SliceMaker.Transfer(GethNode.Rich[0], nonce++);

        // 16 slices in one second use up the 15 s that the EVM's clock may be ahead.
        for (var i = 0; i < 16; i++)
            Assert.That((await executor.ExecuteAsync(slices.Next(s_start, Next()))).Blocks, Has.Count.EqualTo(1), $"slice {i + 1}");
        for (var i = 0; i < 5; i++)
            Assert.That((await executor.ExecuteAsync(slices.Next(s_start.AddMilliseconds(100 * i), Next()))).Blocks, Is.Empty);
        Assert.That(await executor.TipAsync(slices.Tip(s_start.AddMilliseconds(999))), Is.EqualTo(ExecutionResult.Nothing));

        var closed = (await executor.TipAsync(slices.Tip(s_start.AddSeconds(1)))).Blocks.Single();
        Assert.That(closed.Slices.Select(s => s.Number), Is.EqualTo(new ulong[] { 17, 18, 19, 20, 21 }));
        Assert.That(closed.Slices.SelectMany(s => s.Payloads).All(p => p.IsIncluded), Is.True);
        var head = await geth.Rpc.HeadAsync();
        Assert.That((head.Number, head.Timestamp), Is.EqualTo((17UL, (ulong)s_start.ToUnixTimeSeconds() + 16)));
        Assert.That(closed.Position.LastSlice, Is.EqualTo(21UL));

        // A slice that closes a gathered block, and has one of its own.
        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(1.5), Next()));
        var both = await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(60), Next()));
        Assert.That(both.Blocks.Select(b => b.Position.Timestamp - (ulong)s_start.ToUnixTimeSeconds()), Is.EqualTo(new ulong[] { 17, 60 }));
    }

    [Test]
    public async Task A_replay_on_another_geth_gives_the_same_hashes()
    {
        await using var first = await GethNode.StartAsync();
        var slices = new SliceMaker();
        using var executor = first.Executor();
        var made = await MakeHistoryAsync(executor, slices);

        await using var second = await GethNode.StartAsync();
        using var replay = second.Executor();
        var replayed = new List<string>();
        foreach (var slice in slices.All)
            replayed.AddRange((await replay.ExecuteAsync(slice)).Blocks.Select(b => b.Position.Hash));
        replayed.AddRange((await replay.TipAsync(slices.Tip(s_start.AddDays(1)))).Blocks.Select(b => b.Position.Hash));
        Assert.That(replayed, Is.EqualTo(made));
        Assert.That((await second.Rpc.HeadAsync()).Hash, Is.EqualTo((await first.Rpc.HeadAsync()).Hash));
    }

    [Test]
    public async Task Blocks_that_geth_lost_when_it_was_killed_are_built_again_to_the_same_hashes()
    {
        await using var geth = await GethNode.StartAsync();
        var recorded = new Dictionary<ulong, string>();
        using var executor = geth.Executor(new() { KnownBlockHash = slice => recorded.GetValueOrDefault(slice) });
        var slices = new SliceMaker();
        for (ulong i = 0; i < 40; i++)
            Record(await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(i), SliceMaker.Transfer(GethNode.Rich[0], i))));
        await executor.UpdateCommitmentAsync(20);
        var before = await geth.Rpc.HeadAsync();

        await geth.KillAsync();
        var missed = slices.Next(s_start.AddSeconds(40), SliceMaker.Transfer(GethNode.Rich[0], 40));
        Assert.ThrowsAsync<ClientUnreachableException>(() => executor.ExecuteAsync(missed));
        await geth.RunAsync();

        var resumed = await executor.GetInfoAsync();
        TestContext.Out.WriteLine($"geth came back at block {resumed.Head.Number} of {before.Number}");
        foreach (var slice in slices.All.Where(s => s.Number >= resumed.NextSlice))
            Record(await executor.ExecuteAsync(slice));
        Assert.That((await geth.Rpc.HeadAsync()).ParentHash, Is.EqualTo(before.Hash));
        Assert.That((await executor.GetInfoAsync()).Firm?.LastSlice, Is.EqualTo(20UL));
        Assert.That((await geth.Rpc.FindBlockAsync(BlockReference.Finalized))?.Number, Is.EqualTo(20UL));
        for (ulong i = 41; i < 45; i++)
            Record(await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(i), SliceMaker.Transfer(GethNode.Rich[0], i))));

        // Once more, from a clean stop: nothing is lost.
        var last = await geth.Rpc.HeadAsync();
        await geth.StopAsync();
        await geth.RunAsync();
        using var fresh = geth.Executor(new() { KnownBlockHash = slice => recorded.GetValueOrDefault(slice) });
        resumed = await fresh.GetInfoAsync();
        Assert.That((resumed.NextSlice, resumed.Head.Hash, resumed.Firm?.LastSlice), Is.EqualTo((46UL, last.Hash.ToString(), (ulong?)20)));
        await fresh.ExecuteAsync(slices.Next(s_start.AddSeconds(50), SliceMaker.Transfer(GethNode.Rich[0], 45)));

        void Record(ExecutionResult result)
        {
            foreach (var block in result.Blocks)
                recorded[block.Position.LastSlice] = block.Position.Hash;
        }
    }

    [Test]
    public async Task A_geth_that_was_killed_in_the_middle_of_its_chain_goes_on_from_the_state_it_had_written()
    {
        await using var geth = await GethNode.StartAsync();
        var recorded = new Dictionary<ulong, string>();
        using var executor = geth.Executor(new() { KnownBlockHash = slice => recorded.GetValueOrDefault(slice) });
        var slices = new SliceMaker();
        var random = new Random(3);
        var nonce = 0UL;

        // geth keeps the states of 128 blocks in memory, and writes out what is older once it is 1 MiB.
        for (var i = 0; i < 155; i++)
        {
            var payloads = new byte[i < 20 ? 400 : 1][];
            for (var n = 0; n < payloads.Length; n++)
            {
                var fresh = new byte[EvmAddress.Length];
                random.NextBytes(fresh);
                payloads[n] = SliceMaker.Transfer(GethNode.Rich[0], nonce++, 1, EvmAddress.From(fresh));
            }

            var result = await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(i), payloads));
            recorded[result.Blocks.Single().Position.LastSlice] = result.Blocks.Single().Position.Hash;
        }

        var before = await geth.Rpc.HeadAsync();
        await geth.KillAsync();
        await geth.RunAsync();

        using var again = geth.Executor(new() { KnownBlockHash = slice => recorded.GetValueOrDefault(slice) });
        var resumed = await again.GetInfoAsync();
        Assert.That(resumed.Head.Number, Is.InRange(1UL, 154UL), "only a part was lost");
        foreach (var slice in slices.All.Where(s => s.Number >= resumed.NextSlice))
            await again.ExecuteAsync(slice);
        Assert.That((await geth.Rpc.HeadAsync()).Hash, Is.EqualTo(before.Hash));
        await again.ExecuteAsync(slices.Next(s_start.AddSeconds(200), SliceMaker.Transfer(GethNode.Rich[0], nonce)));
        var info = await again.UpdateCommitmentAsync(100);
        Assert.That((await geth.Rpc.FindBlockAsync(BlockReference.Safe))?.Hash.ToString(), Is.EqualTo(info.Firm?.Hash));
    }

    [Test]
    public async Task Firm_slices_move_safe_and_finalized_up_and_back()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        var slices = new SliceMaker();
        Assert.That((await executor.GetInfoAsync()).Firm, Is.Null);

        // Blocks 1 to 16 hold a slice each, block 17 the slices 17 to 19, block 18 slice 20.
        for (var i = 0; i < 19; i++)
            await executor.ExecuteAsync(slices.Next(s_start));
        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(30)));
        foreach (var (slice, block) in new (ulong, ulong)[] { (1, 1), (7, 7), (18, 16), (19, 17), (20, 18), (16, 16) })
        {
            var info = await executor.UpdateCommitmentAsync(slice);
            Assert.That(info.Firm?.Number, Is.EqualTo(block), $"firm slice {slice}");
            Assert.That((await geth.Rpc.FindBlockAsync(BlockReference.Safe))?.Number, Is.EqualTo(block));
            Assert.That((await geth.Rpc.FindBlockAsync(BlockReference.Finalized))?.Number, Is.EqualTo(block));
            Assert.That((await geth.Rpc.HeadAsync()).Number, Is.EqualTo(18UL));
        }

        // Slices that are firm before they are executed: a replay from Bitcoin.
        await executor.UpdateCommitmentAsync(22);
        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(31)));
        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(32)));
        await executor.ExecuteAsync(slices.Next(s_start.AddSeconds(33)));
        Assert.That((await geth.Rpc.FindBlockAsync(BlockReference.Finalized))?.Number, Is.EqualTo(20UL));
        Assert.That((await geth.Rpc.HeadAsync()).Number, Is.EqualTo(21UL));
    }

    [Test]
    public async Task Another_hash_than_the_recorded_one_halts_before_the_head_moves()
    {
        await using var geth = await GethNode.StartAsync();
        var slices = new SliceMaker();
        var slice = slices.Next(s_start, SliceMaker.Transfer(GethNode.Rich[0], 0));
        using var executor = geth.Executor(new() { KnownBlockHash = number => number == 1 ? EvmHash.Zero.ToString() : null });
        var diverged = Assert.ThrowsAsync<ExecutorDivergedException>(() => executor.ExecuteAsync(slice));
        Assert.That(diverged!.Message, Does.Contain(EvmHash.Zero.ToString()));
        Assert.That((await geth.Rpc.HeadAsync()).Number, Is.Zero);
        Assert.ThrowsAsync<ExecutorDivergedException>(() => executor.GetInfoAsync(), "it stays halted");

        using var sound = geth.Executor();
        await sound.ExecuteAsync(slice);
        Assert.ThrowsAsync<ExecutorDivergedException>(() => sound.ExecuteAsync(slice with { Height = 77 }));
        using var other = geth.Executor(new() { KnownBlockHash = number => number == 1 ? EvmHash.Zero.ToString() : null });
        Assert.ThrowsAsync<ExecutorDivergedException>(() => other.GetInfoAsync(), "geth's own head is compared too");
    }

    [Test]
    public async Task A_geth_that_others_drive_or_of_another_chain_is_refused()
    {
        await using var geth = await GethNode.StartAsync();
        using var wrongChain = new EvmExecutor(geth.Rules with { ChainId = 1 }, geth.Rpc, geth.Engine);
        Assert.ThrowsAsync<ExecutorDivergedException>(() => wrongChain.GetInfoAsync());
        using var wrongGas = new EvmExecutor(geth.Rules with { BlockGasLimit = 1_000_000 }, geth.Rpc, geth.Engine);
        Assert.ThrowsAsync<ExecutorDivergedException>(() => wrongGas.GetInfoAsync());

        var head = await geth.Rpc.HeadAsync();
        var attributes = new PayloadAttributes(5, EvmHash.Zero, EvmAddress.Zero, EvmHash.Zero);
        var foreign = await geth.Rpc.BuildBlockAsync(head.Hash, attributes, [], "not ours"u8.ToArray());
        Assert.That((await geth.Engine.NewPayloadAsync(foreign.Payload, EvmHash.Zero)).IsValid, Is.True);
        Assert.That((await geth.Engine.ForkchoiceUpdatedAsync(foreign.Header.Hash, EvmHash.Zero, EvmHash.Zero)).IsValid, Is.True);
        using var executor = geth.Executor();
        var refused = Assert.ThrowsAsync<ExecutorDivergedException>(() => executor.GetInfoAsync());
        Assert.That(refused!.Message, Does.Contain("somebody else"));
    }

    [Test]
    public async Task Five_hundred_transfers_make_one_block()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        await executor.GetInfoAsync();
        var payloads = Enumerable.Range(0, 500).Select(i => SliceMaker.Transfer(GethNode.Rich[i % 8], (ulong)(i / 8))).ToArray();
        var clock = Stopwatch.StartNew();
        var result = await executor.ExecuteAsync(new SliceMaker().Next(s_start, payloads));
        TestContext.Out.WriteLine($"500 transfers, cold: {clock.ElapsedMilliseconds} ms");
        Assert.That(result.Blocks.Single().Slices.Single().Payloads.Count(p => p.IsIncluded), Is.EqualTo(500));
        Assert.That(await geth.Rpc.BalanceAsync(SliceMaker.Recipient, BlockReference.Latest), Is.EqualTo(new BigInteger(500)));
    }

    [Test]
    public async Task A_full_block_leaves_out_what_does_not_fit_and_a_claim_takes_nobodys_place()
    {
        await using var geth = await GethNode.StartAsync(GethNode.DefaultRules with { BlockGasLimit = 1_000_000 });
        using var executor = geth.Executor();
        var greedy = new FeeMarketTransaction { ChainId = 777, Nonce = 0, To = SliceMaker.Recipient, GasLimit = 999_000 };
        // 47 transfers fit, the greedy ones that use as little among them; the second greedy one asks for more than is left.
        byte[][] payloads =
        [
            greedy.Sign(GethNode.Rich[0]),
            SliceMaker.Transfer(GethNode.Rich[1], 0),
            greedy.Sign(GethNode.Rich[2]),
            SliceMaker.Transfer(GethNode.Rich[2], 1),
            .. Enumerable.Range(0, 50).Select(i => SliceMaker.Transfer(GethNode.Rich[3], (ulong)i)),
        ];
        var payloadResults = (await executor.ExecuteAsync(new SliceMaker().Next(s_start, payloads))).Blocks.Single().Slices.Single().Payloads;
        var codes = payloadResults.Select(p => p.DropCode).ToArray();
        Assert.That(codes[..4], Is.EqualTo(new[] { null, null, "block_gas_exhausted", "nonce_too_high" }));
        Assert.That(codes[4..], Is.EqualTo(Enumerable.Repeat<string?>(null, 45)
            .Append("block_gas_exhausted").Concat(Enumerable.Repeat("nonce_too_high", 4))));
        Assert.That((await geth.Rpc.HeadAsync()).GasUsed, Is.EqualTo(47UL * 21_000));
    }

    [Test]
    public async Task Noise_is_dropped_and_the_chain_goes_on()
    {
        await using var geth = await GethNode.StartAsync();
        using var executor = geth.Executor();
        var slices = new SliceMaker();
        var random = new Random(7);
        var noise = new List<byte[]>();
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            noise.Add(bytes);
            var twisted = SliceMaker.Transfer(GethNode.Rich[1], 5);
            twisted[random.Next(twisted.Length)] ^= (byte)random.Next(1, 256);
            noise.Add(twisted);
        }

        noise.Add(new byte[500_000]);
        noise.Add(SliceMaker.Transfer(GethNode.Rich[0], 0));
        var result = await executor.ExecuteAsync(slices.Next(s_start, [.. noise]));
        var payloads = result.Blocks.Single().Slices.Single().Payloads;
        Assert.That(payloads.Where(p => p.IsIncluded).Count(), Is.EqualTo(1));
        Assert.That(payloads.Where(p => !p.IsIncluded).Select(p => p.DropDetail), Is.All.Not.Null.And.Not.Empty);
        Assert.That((await executor.ExecuteAsync(slices.Next(s_start, SliceMaker.Transfer(GethNode.Rich[0], 1)))).Blocks, Has.Count.EqualTo(1));
    }

    /// <summary>Fast and slow slices, good and bad payloads; the hashes of the blocks they made.</summary>
    private static async Task<List<string>> MakeHistoryAsync(EvmExecutor executor, SliceMaker slices)
    {
        var random = new Random(42);
        var hashes = new List<string>();
        var time = s_start;
        var nonces = new ulong[8];
        for (var i = 0; i < 60; i++)
        {
            var payloads = new List<byte[]>();
            for (var n = random.Next(0, 6); n > 0; n--)
            {
                var who = random.Next(8);
                payloads.Add(random.Next(5) switch
                {
                    0 => [(byte)random.Next(256), 1, 2],
                    1 => SliceMaker.Transfer(GethNode.Rich[who], nonces[who] + 3),
                    _ => SliceMaker.Transfer(GethNode.Rich[who], nonces[who]++, random.Next(1, 1000)),
                });
            }

            Add(await executor.ExecuteAsync(slices.Next(time, [.. payloads])));
            if (random.Next(3) == 0)
                Add(await executor.TipAsync(slices.Tip(time)));
            time += i is > 30 and < 34 ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(random.Next(0, 120));
        }

        Add(await executor.TipAsync(slices.Tip(s_start.AddHours(1))));
        return hashes;

        void Add(ExecutionResult result) => hashes.AddRange(result.Blocks.Select(b => b.Position.Hash));
    }
}
