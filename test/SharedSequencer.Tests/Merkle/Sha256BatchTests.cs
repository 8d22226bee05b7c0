using System.Security.Cryptography;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class Sha256BatchTests
{
    [Test]
    public void Messages_of_every_length_hash_as_the_platform_hashes_them()
    {
        byte[][] messages = [.. Enumerable.Range(0, 300).Select(length => Message(length, length))];

        Assert.That(Digests(messages), Is.EqualTo(messages.Select(SHA256.HashData)));
    }

    [Test]
    public void Lanes_of_mixed_lengths_and_unfinished_runs_do_not_disturb_each_other([Range(0, 20)] int count)
    {
        var random = new Random(count);
        for (var round = 0; round < 50; round++)
        {
            byte[][] messages = [.. Enumerable.Range(0, count).Select(_ => Message(random.Next(130), random.Next()))];
            Assert.That(Digests(messages), Is.EqualTo(messages.Select(SHA256.HashData)));
        }
    }

    [Test]
    public void The_lanes_give_the_known_digest_of_abc()
    {
        var messages = new byte[Sha256Lanes.Count * Sha256Lanes.BlockLength];
        for (var lane = 0; lane < Sha256Lanes.Count; lane++)
        {
            var block = messages.AsSpan(lane * Sha256Lanes.BlockLength, Sha256Lanes.BlockLength);
            "abc"u8.CopyTo(block);
            block[3] = 0x80;
            block[^1] = 24;
        }

        var digests = new byte[Sha256Lanes.Count * Hash256.Length];
        Sha256Lanes.Hash(messages, Sha256Lanes.BlockLength, [1, 1, 1, 1, 1, 1, 1, 1], digests);

        // FIPS 180-4, example B.1.
        var expected = Convert.FromHexString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for (var lane = 0; lane < Sha256Lanes.Count; lane++)
            Assert.That(digests[(lane * Hash256.Length)..((lane + 1) * Hash256.Length)], Is.EqualTo(expected));
    }

    private static byte[] Message(int length, int seed)
    {
        var message = new byte[length];
        new Random(seed).NextBytes(message);
        return message;
    }

    private static byte[][] Digests(byte[][] messages)
    {
        var digests = new Hash256[messages.Length];
        var batch = new Sha256Batch(digests);
        for (var i = 0; i < messages.Length; i++)
            batch.Add(i, messages[i]);
        batch.Flush();
        return [.. digests.Select(digest => digest.ToArray())];
    }
}
