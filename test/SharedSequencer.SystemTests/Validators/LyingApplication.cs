using Google.Protobuf;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>Executes like everybody, and from a height on gives CometBFT another app_hash than the state's.</summary>
internal sealed class LyingApplication(IAbciApplication inner, long from) : ForwardingApplication(inner)
{
    private long _lies;

    /// <summary>How often it lied.</summary>
    public long Lies => Volatile.Read(ref _lies);

    public override ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request)
    {
        var response = base.FinalizeBlock(request);
        if (request.Height < from)
            return response;
        var hash = response.AppHash.ToByteArray();
        hash[0] ^= 1;
        response.AppHash = ByteString.CopyFrom(hash);
        Interlocked.Increment(ref _lies);
        return response;
    }
}
