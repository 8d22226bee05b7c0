using System.Text.Json;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Application.Ports;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Transactions;

/// <summary>Result codes as the API names them.</summary>
internal static class Reasons
{
    /// <summary>The code's name in lower snake case.</summary>
    public static string CodeOf(ResultCode code) => Enum.IsDefined(code)
        ? JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString())
        : $"code_{(uint)code}";

    public static TransactionReason Of(PoolEnding ending) => new(CodeOf(ending.Code), ending.Message);
}
