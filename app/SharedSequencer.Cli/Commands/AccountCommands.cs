using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Cli.Output;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl account</c></summary>
internal static class AccountCommands
{
    public static Command Create(CommandHost host) => CommandHost.Group("account", "Looks at accounts.", Show(host));

    private static Command Show(CommandHost host)
    {
        var who = new Argument<string?>("ADDRESS")
        {
            Description = "An address (seq1…) or the name of a key [default: --key, or the only one]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return host.Action(
            "show",
            "Shows an account's balance and nonce.",
            ["seqctl account show", "seqctl account show alice", "seqctl account show seq1…"],
            [who],
            async (context, cancellation) =>
            {
                var id = AccountOf(context, context.Value(who));
                var account = await context.Client.GetAccountAsync(id, cancellation).ConfigureAwait(false);
                context.Field("address", account.Address);
                context.Field("balance", Amount.Show(account.Balance));
                context.Field("nonce", $"{account.Nonce}");
                context.Field("pending nonce", $"{account.PendingNonce}");
                context.Field("at height", $"{account.Height}");
                context.Document(account, ApiJson.Default.AccountResponse);
                return ExitCode.Done;
            });
    }

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
