using Org.BouncyCastle.Math.EC.Rfc8032;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>A validator's key pair, the same for the same number.</summary>
internal sealed class SigningKey
{
    private readonly byte[] _secret;

    private SigningKey(int number)
    {
        _secret = Hash256.Of(BitConverter.GetBytes(number)).ToArray();
        var key = new byte[ConsensusKey.Length];
        Ed25519.GeneratePublicKey(_secret, 0, key, 0);
        Public = ConsensusKey.From(key);
    }

    public ConsensusKey Public { get; }

    public static SigningKey Of(int number) => new(number);

    public HexBytes Sign(byte[] message)
    {
        var signature = new byte[64];
        Ed25519.Sign(_secret, 0, message, 0, message.Length, signature, 0);
        return HexBytes.From(signature);
    }
}
