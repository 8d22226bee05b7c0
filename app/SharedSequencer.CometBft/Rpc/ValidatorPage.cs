using System.Collections.Immutable;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>One page of a validator set, whose stated count is checked.</summary>
internal sealed record ValidatorPage(long Height, ImmutableArray<Validator> Validators, long Total)
{
    private const int MaximumPerPage = 100;

    public static ValidatorPage Read(JsonField json)
    {
        var page = new ValidatorPage(
            json.Get("block_height").Int64(),
            json.Get("validators").Array(MaximumPerPage, CometJsonReader.Validator),
            json.Get("total").Int64());
        return json.Get("count").Int64() == page.Validators.Length
            ? page
            : throw json.Get("count").Wrong($"the number of validators beside it, {page.Validators.Length},");
    }
}
