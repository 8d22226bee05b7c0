using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Light;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl account show</c></summary>
internal static class AccountShow
{
    private const string FromLight = "light-client";
    private const string FromUser = "block-hash";

    public static Command Create(CommandHost host)
    {
        var who = new Argument<string?>("ADDRESS")
        {
            Description = "An address (seq1…) or the name of a key [default: --key, or the only one]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var prove = new Option<bool>("--prove") { Description = "Ask for a proof, and check it by the light client" };
        var height = new Option<long?>("--height")
        {
            Description = "With --prove: the state after this height, one of the last few [default: the newest that can be proven]",
            HelpName = "H",
        };
        var blockHash = new Option<string?>("--block-hash")
        {
            Description = "With --prove and --height, without the light client: the hash of block H+1, from a node of your own",
            HelpName = "HASH",
        };
        return host.Action(
            "show",
            "Shows an account's balance and nonce, with --prove as the state proves them.",
            ["seqctl account show", "seqctl account show alice --prove --trust 40:9C41…", "seqctl account show seq1… --prove --height 41 --block-hash 9C41…"],
            [who, prove, height, blockHash],
            async (context, cancellation) =>
            {
                var id = AccountCommands.AccountOf(context, context.Value(who));
                if (context.Value(prove))
                    return await ProveAsync(context, id, context.Value(height), context.Value(blockHash), cancellation).ConfigureAwait(false);
                if (context.Value(height) is not null || context.Value(blockHash) is not null)
                    throw CliException.Usage("--height and --block-hash need --prove.");
                return await ShowAsync(context, id, cancellation).ConfigureAwait(false);
            });
    }

    private static async Task<int> ShowAsync(CommandContext context, AccountId id, CancellationToken cancellation)
    {
        var account = await context.Client.GetAccountAsync(id, cancellation).ConfigureAwait(false);
        context.Field("address", account.Address);
        context.Field("balance", Amount.Show(account.Balance));
        context.Field("nonce", $"{account.Nonce}");
        context.Field("pending nonce", $"{account.PendingNonce}");
        context.Field("at height", $"{account.Height}");
        context.Document(account, ApiJson.Default.AccountResponse);
        return ExitCode.Done;
    }

    private static async Task<int> ProveAsync(CommandContext context, AccountId id, long? height, string? trusted, CancellationToken cancellation)
    {
        if (height is < 0)
            throw CliException.Usage($"Height {height} does not exist: genesis is 0.");
        if (trusted is not null && height is null)
            throw CliException.Usage("--block-hash needs --height: the hash of block H+1 proves the state after height H.");
        Hash256 hash = default;
        if (trusted is not null && !Hash256.TryParse(trusted, out hash))
            throw CliException.Usage($"'{trusted}' is no block hash: 64 hex digits are needed.");

        var account = await context.Client.ProveAccountAsync(id, height, cancellation).ConfigureAwait(false);
        if (height is not null && account.Height != height)
            return Refused(context, AccountProofStep.Format, $"The answer is for height {account.Height}, not {height}.");
        if (trusted is not null)
            return Check(context, account, id, hash, FromUser);
        if (account.Height < 0)
            return Refused(context, AccountProofStep.Format, $"The answer is for height {account.Height}, which does not exist.");
        return await new LightTrust(context).RunAsync(
            async light =>
            {
                var next = await light.VerifyAsync(account.Height + 1, cancellation).ConfigureAwait(false);
                return Check(context, account, id, next.Header.Hash(), FromLight);
            },
            (step, reason) => Refused(context, step, reason),
            cancellation).ConfigureAwait(false);
    }

    private static int Check(CommandContext context, AccountResponse account, AccountId id, Hash256 hash, string trust)
    {
        var verdict = AccountVerifier.Verify(account, id, hash);
        if (verdict.Account is not { } proven)
            return Refused(context, verdict.FailedStep!.Value, verdict.Reason);
        Print(context, account, proven, hash, trust);
        return ExitCode.Done;
    }

    private static void Print(CommandContext context, AccountResponse account, VerifiedAccount proven, Hash256 hash, string trust)
    {
        context.Line(proven.Exists
            ? "Verified: the state holds this account."
            : "Verified: the state holds no record of this account; it was never used.");
        context.Field("address", account.Address);
        context.Field("balance", Amount.Show(account.Balance));
        context.Field("nonce", $"{proven.Record.Nonce}");
        context.Field("at height", $"{proven.Height}");
        context.Field("chain", proven.Header.ChainId);
        context.Field("block hash", $"{hash} (height {proven.Header.Height})");
        context.Line(trust == FromLight
            ? "The block is of the chain that you trust: its validators signed it. All else follows from it."
            : "The block hash is the one that you gave. All else follows from it.");
        context.Document(
            new AccountProofView(true)
            {
                Address = account.Address,
                Exists = proven.Exists,
                Balance = account.Balance,
                Nonce = proven.Record.Nonce,
                Height = proven.Height,
                ChainId = proven.Header.ChainId,
                BlockHash = hash.ToString(),
                BlockHashFrom = trust,
            },
            CliJson.Default.AccountProofView);
    }

    private static int Refused(CommandContext context, AccountProofStep step, string reason) =>
        Refused(context, step.ToString().ToLowerInvariant(), reason);

    private static int Refused(CommandContext context, string step, string reason)
    {
        context.Document(new AccountProofView(false) { Step = step, Reason = reason }, CliJson.Default.AccountProofView);
        throw new CliException(ExitCode.NotProven, $"Not verified. The step '{step}' fails: {reason}");
    }
}
