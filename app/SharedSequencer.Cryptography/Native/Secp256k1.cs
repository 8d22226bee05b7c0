using System.Reflection;
using System.Runtime.InteropServices;

namespace SharedSequencer.Cryptography.Native;

/// <summary>
/// libsecp256k1's C interface, version 0.2.0 or later with the modules extrakeys, schnorrsig and recovery.
/// One context serves all threads: only creating it and randomising it change it.
/// </summary>
internal static unsafe partial class Secp256k1
{
    public const int PublicKeySize = 64;
    public const int KeypairSize = 96;
    public const int RecoverableSignatureSize = 65;
    public const uint Uncompressed = 2;

    private const string Library = "secp256k1";
    private const uint ContextNone = 1;

    static Secp256k1()
    {
        NativeLibrary.SetDllImportResolver(typeof(Secp256k1).Assembly, Resolve);
        Context = context_create(ContextNone);
        if (Context == 0)
            throw new InvalidOperationException("libsecp256k1 gave no context: is the machine out of memory?");
    }

    public static nint Context { get; }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint context_create(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_xonly_pubkey_parse")]
    public static partial int xonly_pubkey_parse(nint context, byte* publicKey, byte* input32);

    [LibraryImport(Library, EntryPoint = "secp256k1_xonly_pubkey_serialize")]
    public static partial int xonly_pubkey_serialize(nint context, byte* output32, byte* publicKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_xonly_pubkey_tweak_add")]
    public static partial int xonly_pubkey_tweak_add(nint context, byte* outputPublicKey, byte* internalKey, byte* tweak32);

    [LibraryImport(Library, EntryPoint = "secp256k1_xonly_pubkey_from_pubkey")]
    public static partial int xonly_pubkey_from_pubkey(nint context, byte* xonly, int* parity, byte* publicKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_keypair_create")]
    public static partial int keypair_create(nint context, byte* keypair, byte* secretKey32);

    [LibraryImport(Library, EntryPoint = "secp256k1_keypair_xonly_pub")]
    public static partial int keypair_xonly_pub(nint context, byte* publicKey, int* parity, byte* keypair);

    [LibraryImport(Library, EntryPoint = "secp256k1_keypair_xonly_tweak_add")]
    public static partial int keypair_xonly_tweak_add(nint context, byte* keypair, byte* tweak32);

    [LibraryImport(Library, EntryPoint = "secp256k1_keypair_sec")]
    public static partial int keypair_sec(nint context, byte* secretKey32, byte* keypair);

    [LibraryImport(Library, EntryPoint = "secp256k1_schnorrsig_sign32")]
    public static partial int schnorrsig_sign32(nint context, byte* signature64, byte* message32, byte* keypair, byte* auxiliary32);

    [LibraryImport(Library, EntryPoint = "secp256k1_schnorrsig_verify")]
    public static partial int schnorrsig_verify(nint context, byte* signature64, byte* message, nuint messageLength, byte* publicKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    public static partial int ec_pubkey_create(nint context, byte* publicKey, byte* secretKey32);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    public static partial int ec_pubkey_serialize(nint context, byte* output, nuint* outputLength, byte* publicKey, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    public static partial int ecdsa_recoverable_signature_parse_compact(nint context, byte* signature, byte* input64, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    public static partial int ecdsa_recoverable_signature_serialize_compact(nint context, byte* output64, int* recoveryId, byte* signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    public static partial int ecdsa_sign_recoverable(nint context, byte* signature, byte* hash32, byte* secretKey32, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    public static partial int ecdsa_recover(nint context, byte* publicKey, byte* signature, byte* hash32);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;

        // Beside the program first: the set-up unpacks Debian's package there when the machine has none.
        string[] candidates = [Path.Combine(AppContext.BaseDirectory, "libsecp256k1.so.1"), "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1"];
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        throw new DllNotFoundException(
            "libsecp256k1 was not found. Run scripts/setup.sh, or install Debian's package libsecp256k1-1.");
    }
}
