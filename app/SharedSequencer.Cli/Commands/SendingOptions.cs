using System.CommandLine;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;

namespace SharedSequencer.Cli.Commands;

/// <summary>The options of every command that sends a transaction.</summary>
internal sealed class SendingOptions
{
    private static readonly TimeSpan s_finalTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_bitcoinTimeout = TimeSpan.FromHours(3);

    private readonly Option<string> _wait;
    private readonly Option<uint?> _timeout = new("--timeout")
    {
        Description = "How long to wait, in seconds [default: 60 for final, 10800 for anchored and firm]",
        HelpName = "SECONDS",
    };

    private readonly Option<ulong?> _tip = new("--tip")
    {
        Description = "The tip for each byte [default: what the node suggests]",
        HelpName = "AMOUNT",
        CustomParser = Amount.ParseOptional,
    };

    private readonly Option<ulong?> _maximumFee = new("--max-fee")
    {
        Description = "The most that a byte may cost, all in all [default: twice the base fee, and tip and surcharge]",
        HelpName = "AMOUNT",
        CustomParser = Amount.ParseOptional,
    };

    /// <param name="defaultWait">The step that the command waits for when it is not told.</param>
    public SendingOptions(string defaultWait)
    {
        _wait = new Option<string>("--wait")
        {
            Description = "Wait until the transaction has reached this step, and print each on the way",
            DefaultValueFactory = _ => defaultWait,
        };
        _wait.AcceptOnlyFromAmong(
            TransactionStatuses.Received, TransactionStatuses.Final, TransactionStatuses.Anchored, TransactionStatuses.Firm);
    }

    public IEnumerable<Option> All => [_wait, _timeout, _tip, _maximumFee];

    public string Wait(CommandContext context) => context.Value(_wait)!;

    public TimeSpan Timeout(CommandContext context)
    {
        if (context.Value(_timeout) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        return Wait(context) is TransactionStatuses.Anchored or TransactionStatuses.Firm ? s_bitcoinTimeout : s_finalTimeout;
    }

    public AccountSenderOptions Sender(CommandContext context) => new()
    {
        TipPerByte = context.Value(_tip),
        MaxFeePerByte = context.Value(_maximumFee),
    };
}
