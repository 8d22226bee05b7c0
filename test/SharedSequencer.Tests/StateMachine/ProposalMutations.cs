namespace SharedSequencer.Tests.StateMachine;

/// <summary>Changes a proposal in one of the ways in which a faulty or lying proposer could.</summary>
internal static class ProposalMutations
{
    public const int Kinds = 12;

    /// <summary>The items after a random change; often, but not always, no valid block any more.</summary>
    public static List<byte[]> Mutate(IReadOnlyList<byte[]> items, IReadOnlyList<byte[]> others, Random random)
    {
        List<byte[]> result = [.. items];
        var at = result.Count == 0 ? 0 : random.Next(result.Count);
        switch (random.Next(Kinds))
        {
            case 0 when result.Count > 0:
                result.RemoveAt(at);
                break;
            case 1:
                result.Insert(random.Next(result.Count + 1), others[random.Next(others.Count)]);
                break;
            case 2 when result.Count > 2:
                var other = random.Next(1, result.Count);
                (result[at], result[other]) = (result[other], result[at]);
                break;
            case 3 when result.Count > 0:
                result[at] = Altered(result[at], random);
                break;
            case 4 when result.Count > 0:
                result.Insert(random.Next(result.Count + 1), result[at]);
                break;
            case 5 when result.Count > 0:
                result[0] = Altered(result[0], random);
                break;
            case 6 when result.Count > 0:
                result[at] = result[at][..random.Next(result[at].Length)];
                break;
            case 7 when result.Count > 0:
                result[at] = [.. result[at], (byte)random.Next(256)];
                break;
            case 8 when result.Count > 0:
                result.RemoveAt(0);
                break;
            case 9:
                result = [.. result.Take(1)];
                break;
            case 10:
                result.Add([]);
                break;
            default:
                // As it was: the judge must not refuse everything.
                break;
        }

        return result;
    }

    private static byte[] Altered(byte[] item, Random random)
    {
        if (item.Length == 0)
            return [1];
        var copy = item.ToArray();
        copy[random.Next(copy.Length)] ^= (byte)random.Next(1, 256);
        return copy;
    }
}
