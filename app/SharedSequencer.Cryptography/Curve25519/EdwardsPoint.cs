namespace SharedSequencer.Cryptography.Curve25519;

/// <summary>
/// A point of edwards25519, -x² + y² = 1 + d·x²·y² (RFC 8032, section 5.1), of whatever order, in extended coordinates:
/// x = X/Z, y = Y/Z, x·y = T/Z. Not constant time: it only ever sees public data.
/// </summary>
internal readonly struct EdwardsPoint
{
    /// <summary>Bytes of an encoding: y, and the sign of x in the highest bit.</summary>
    public const int Length = FieldElement.Length;

    private static readonly FieldElement s_d = FieldElement.Read(
        Convert.FromHexString("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352"));

    private static readonly FieldElement s_twiceD = s_d + s_d;

    private static readonly FieldElement s_rootOfMinusOne = FieldElement.Read(
        Convert.FromHexString("b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b"));

    private readonly FieldElement _x;
    private readonly FieldElement _y;
    private readonly FieldElement _z;
    private readonly FieldElement _t;

    private EdwardsPoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t)
    {
        _x = x;
        _y = y;
        _z = z;
        _t = t;
    }

    public static EdwardsPoint Identity { get; } = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The generator B, whose order is L: y = 4/5, x even.</summary>
    public static EdwardsPoint Generator { get; } = TryDecode([0x58, .. Enumerable.Repeat((byte)0x66, Length - 1)], out var point)
        ? point
        : throw new InvalidOperationException("The generator is not on the curve.");

    public bool IsIdentity => _x.IsZero && _y.EqualTo(_z);

    /// <summary>
    /// Reads an encoding by ZIP-215's rule, which takes more than RFC 8032: y may be p or more, and x = 0 may carry a
    /// sign. False only when no point has that y.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoding, out EdwardsPoint point)
    {
        point = Identity;
        if (encoding.Length != Length)
            return false;
        var y = FieldElement.Read(encoding);
        var square = y.Square();

        // x² = u/v, and v is never 0 as -1/d is no square. The candidate is u·v³·(u·v⁷)^((p-5)/8).
        var u = square - FieldElement.One;
        var v = (s_d * square) + FieldElement.One;
        var cube = v.Square() * v;
        var x = u * cube * (u * cube.Square() * v).PowerForRoot();
        var check = v * x.Square();
        if (!check.EqualTo(u))
        {
            if (!check.EqualTo(-u))
                return false;
            x *= s_rootOfMinusOne;
        }

        if (x.IsOdd != ((encoding[^1] & 0x80) != 0))
            x = -x;
        point = new EdwardsPoint(x, y, FieldElement.One, x * y);
        return true;
    }

    /// <summary>This times 2.</summary>
    public EdwardsPoint Double()
    {
        var a = _x.Square();
        var b = _y.Square();
        var c = _z.Square();
        var h = a + b;
        var e = h - (_x + _y).Square();
        var g = a - b;
        var f = c + c + g;
        return new EdwardsPoint(e * f, g * h, f * g, e * h);
    }

    public static EdwardsPoint operator -(EdwardsPoint point) => new(-point._x, point._y, point._z, -point._t);

    /// <summary>Complete: right for any two points, equal, opposite or of small order too (Hisil, Wong, Carter, Dawson 2008).</summary>
    public static EdwardsPoint operator +(EdwardsPoint left, EdwardsPoint right)
    {
        var a = (left._y - left._x) * (right._y - right._x);
        var b = (left._y + left._x) * (right._y + right._x);
        var c = left._t * s_twiceD * right._t;
        var d = (left._z + left._z) * right._z;
        var e = b - a;
        var f = d - c;
        var g = d + c;
        var h = b + a;
        return new EdwardsPoint(e * f, g * h, f * g, e * h);
    }

    /// <summary>first·P + second·Q, both in one walk over the bits.</summary>
    /// <param name="first">32 bytes, least significant first.</param>
    /// <param name="p">P.</param>
    /// <param name="second">The same for Q.</param>
    /// <param name="q">Q.</param>
    public static EdwardsPoint SumOfMultiples(ReadOnlySpan<byte> first, EdwardsPoint p, ReadOnlySpan<byte> second, EdwardsPoint q)
    {
        var both = p + q;
        var sum = Identity;
        for (var bit = (8 * FieldElement.Length) - 1; bit >= 0; bit--)
        {
            sum = sum.Double();
            sum = (Bit(first, bit), Bit(second, bit)) switch
            {
                (true, true) => sum + both,
                (true, false) => sum + p,
                (false, true) => sum + q,
                _ => sum,
            };
        }

        return sum;
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var inverse = Inverse(_z);
        var bytes = new byte[Length];
        (_y * inverse).Write(bytes);
        if ((_x * inverse).IsOdd)
            bytes[^1] |= 0x80;
        return bytes;
    }

    private static bool Bit(ReadOnlySpan<byte> scalar, int bit) => (scalar[bit >> 3] & (1 << (bit & 7))) != 0;

    /// <summary>1/z = z^(p - 2), and p - 2 = 8·(2^252 - 3) + 3.</summary>
    private static FieldElement Inverse(FieldElement z) => z.PowerForRoot().Square().Square().Square() * z.Square() * z;
}
