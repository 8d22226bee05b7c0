using System.Text.Json.Serialization;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Api;

/// <summary>
/// The one JSON form of the API: snake_case names, nulls left out, unknown members refused in requests. A member that
/// is missing, or null where the type says it never is, is refused on reading.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubmitTransactionRequest))]
[JsonSerializable(typeof(SubmitTransactionResponse))]
[JsonSerializable(typeof(SubmitTransactionResponse[]))]
[JsonSerializable(typeof(TransactionStatusResponse))]
[JsonSerializable(typeof(NamespaceResponse))]
[JsonSerializable(typeof(NamespaceListResponse))]
[JsonSerializable(typeof(SliceResponse))]
[JsonSerializable(typeof(SliceRangeResponse))]
[JsonSerializable(typeof(HeadResponse))]
[JsonSerializable(typeof(HeadConsistencyResponse))]
[JsonSerializable(typeof(TipEvent))]
[JsonSerializable(typeof(BlockResponse))]
[JsonSerializable(typeof(LightResponse))]
[JsonSerializable(typeof(AccountResponse))]
[JsonSerializable(typeof(FeesResponse))]
[JsonSerializable(typeof(StatusResponse))]
[JsonSerializable(typeof(AnchorResponse))]
[JsonSerializable(typeof(AnchorEvidence))]
[JsonSerializable(typeof(AnchorLostReport))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
