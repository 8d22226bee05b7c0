namespace SharedSequencer.Primitives.Wire;

/// <summary>Protobuf's wire types that canonical messages use.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
}
