using System.Collections.Immutable;

namespace SharedSequencer.CometBft.Types;

/// <summary>
/// Whose turn it is, and what becomes of a set when its members change: CometBFT's proposer priorities, which no hash
/// covers but which everyone must compute alike to know the proposer.
/// </summary>
public static class ValidatorRotation
{
    private const int WindowFactor = 2;

    /// <summary>The set of a chain's first height.</summary>
    /// <exception cref="FormatException">The members are no set.</exception>
    public static (ValidatorSet Set, Validator Proposer) First(IEnumerable<(ConsensusKey Key, long Power)> members) =>
        Next(ValidatorSet.From(Sorted(members.Select(member => new Validator(member.Key, member.Power, 0)))));

    /// <summary>The set of the next height, or of the next round, and whose turn it is there.</summary>
    public static (ValidatorSet Set, Validator Proposer) Next(ValidatorSet set)
    {
        var members = Centred(set.Validators, set.TotalVotingPower);
        var turn = 0;
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = members[i] with { ProposerPriority = members[i].ProposerPriority + members[i].VotingPower };
            if (members[i].ProposerPriority > members[turn].ProposerPriority
                || (members[i].ProposerPriority == members[turn].ProposerPriority && members[i].Address.CompareTo(members[turn].Address) < 0))
                turn = i;
        }

        members[turn] = members[turn] with { ProposerPriority = members[turn].ProposerPriority - set.TotalVotingPower };
        return (ValidatorSet.From([.. members]), members[turn]);
    }

    /// <summary>The set after the application's changes; power 0 takes a member out.</summary>
    /// <exception cref="FormatException">A change is not possible: someone is named twice, or leaves who is no member, or nobody is left.</exception>
    public static ValidatorSet Update(ValidatorSet set, IReadOnlyList<(ConsensusKey Key, long Power)> changes)
    {
        if (changes.Count == 0)
            return set;
        var members = set.Validators.ToDictionary(member => member.Address);
        var named = new HashSet<ValidatorAddress>();
        foreach (var (key, power) in changes)
        {
            if (power < 0 || !named.Add(key.Address))
                throw new FormatException($"validator updates: {key.Address} is named twice, or its power {power} is negative.");
            if (power == 0 && !members.ContainsKey(key.Address))
                throw new FormatException($"validator updates: {key.Address} is to leave, but is no member.");
        }

        // Who joins comes last in line, by the total before anybody has left: leaving and coming back gains nothing.
        var total = set.TotalVotingPower;
        foreach (var (key, power) in changes.Where(change => change.Power > 0))
            total += power - (members.TryGetValue(key.Address, out var member) ? member.VotingPower : 0);
        foreach (var (key, power) in changes)
        {
            if (power == 0)
                members.Remove(key.Address);
            else
                members[key.Address] = new Validator(key, power, members.TryGetValue(key.Address, out var member) ? member.ProposerPriority : -(total + (total >> 3)));
        }

        var updated = ValidatorSet.From(Sorted(members.Values));
        return ValidatorSet.From([.. Centred(updated.Validators, updated.TotalVotingPower)]);
    }

    private static ImmutableArray<Validator> Sorted(IEnumerable<Validator> members) =>
        [.. members.OrderByDescending(member => member.VotingPower).ThenBy(member => member.Address)];

    /// <summary>Keeps priorities within a window of twice the total, around zero.</summary>
    private static Validator[] Centred(ImmutableArray<Validator> members, long total)
    {
        var window = WindowFactor * total;
        var spread = members.Max(member => member.ProposerPriority) - members.Min(member => member.ProposerPriority);
        var ratio = spread > window ? (spread + window - 1) / window : 1;
        var scaled = members.Select(member => member.ProposerPriority / ratio).ToArray();

        // Rounded down, as Go's big integers do.
        var sum = scaled.Aggregate((Int128)0, (before, priority) => before + priority);
        var average = (long)((sum - (((sum % members.Length) + members.Length) % members.Length)) / members.Length);
        return [.. members.Select((member, i) => member with { ProposerPriority = scaled[i] - average })];
    }
}
