namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>What a BIP 341 signature covers. <see cref="Default"/> covers everything and adds no byte to the signature.</summary>
public enum SignatureHashType : byte
{
    Default = 0x00,
    All = 0x01,
    None = 0x02,
    Single = 0x03,
    AllAnyoneCanPay = 0x81,
    NoneAnyoneCanPay = 0x82,
    SingleAnyoneCanPay = 0x83,
}
