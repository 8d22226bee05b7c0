using System.Globalization;

namespace SharedSequencer.Node.Api;

/// <summary>Amounts in useq as decimal strings: JSON's numbers are exact only up to 2^53.</summary>
internal static class Amount
{
    public static string Of(ulong useq) => useq.ToString(CultureInfo.InvariantCulture);
}
