using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Merkle;

/// <summary>
/// ICS-23's <c>CommitmentProof</c> for one key of the state: of its entry, or of its absence. A stock ICS-23 verifier
/// accepts its bytes under <c>SmtSpec</c>.
/// </summary>
public sealed class StateProof
{
    /// <summary>Proves an entry.</summary>
    public StateProof(ExistenceProof existence) => Existence = existence;

    /// <summary>Proves that there is none.</summary>
    public StateProof(AbsenceProof absence) => Absence = absence;

    /// <summary>The proof of the entry; null when the key is absent.</summary>
    public ExistenceProof? Existence { get; }

    /// <summary>The proof of absence; null when there is an entry.</summary>
    public AbsenceProof? Absence { get; }

    /// <summary>True when the proof shows that the key has the value in the state with this root.</summary>
    public bool VerifyPresent(in Hash256 root, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Existence is not null && Existence.Verify(root, key, value);

    /// <summary>True when the proof shows that the state with this root lacks the key.</summary>
    public bool VerifyAbsent(in Hash256 root, ReadOnlySpan<byte> key) =>
        Absence is not null && Absence.Verify(root, key);

    /// <summary>The bytes of <c>cosmos.ics23.v1.CommitmentProof</c>, in the one canonical encoding.</summary>
    public byte[] ToProtobuf()
    {
        var writer = new WireWriter();
        if (Existence is not null)
            writer.Bytes(1, Existence.ToProtobuf());
        if (Absence is not null)
            writer.Bytes(2, Absence.ToProtobuf());
        return writer.ToArray();
    }

    /// <summary>
    /// Reads the bytes of a <c>CommitmentProof</c>. False for anything that is not written as
    /// <see cref="ToProtobuf"/> writes it: another specification, other operations, a batch, another encoding.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StateProof? proof)
    {
        proof = null;
        var reader = new WireReader(bytes);
        StateProof read;
        if (reader.TryMessage(1, out var content) && ExistenceProof.TryParse(content, out var existence))
            read = new StateProof(existence);
        else if (reader.TryMessage(2, out content) && AbsenceProof.TryParse(content, out var absence))
            read = new StateProof(absence);
        else
            return false;

        // The operations are not read but expected: what was read must give the same bytes.
        if (!reader.End() || !bytes.SequenceEqual(read.ToProtobuf()))
            return false;
        proof = read;
        return true;
    }
}
