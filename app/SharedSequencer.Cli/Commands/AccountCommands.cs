using System.CommandLine;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl account</c></summary>
internal static class AccountCommands
{
    public static Command Create(CommandHost host) => CommandHost.Group("account", "Looks at accounts.", AccountShow.Create(host));

    /// <summary>An address, or the account of a key by its name.</summary>
    public static AccountId AccountOf(CommandContext context, string? text)
    {
        if (text is null)
            return context.SigningKey().Secret.PublicKey;
        if (AccountId.TryParse(text, out var account))
            return account;
        return text.StartsWith($"{AccountId.Prefix}1", StringComparison.OrdinalIgnoreCase) && text.Length > 40
            ? throw CliException.Usage($"'{text}' is no address: its checksum is wrong. Copy it again.")
            : context.Keys.Get(text).Secret.PublicKey;
    }
}
