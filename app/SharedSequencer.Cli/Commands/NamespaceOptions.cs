using System.CommandLine;
using System.Globalization;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Cli.Commands;

/// <summary>What register and update let an owner decide. What is not given keeps its present value.</summary>
internal sealed class NamespaceOptions
{
    private readonly Option<string[]> _writer = new("--writer")
    {
        Description = "Who may write, once for each: an address or the name of a key. Without any, everyone may",
        HelpName = "ADDRESS",
    };

    private readonly Option<bool> _open = new("--open") { Description = "Everyone may write" };

    private readonly Option<string?> _feeRecipient = new("--fee-recipient")
    {
        Description = "Who receives the surcharge: an address or the name of a key [default: the owner]",
        HelpName = "ADDRESS",
    };

    private readonly Option<ulong?> _surcharge = new("--surcharge")
    {
        Description = "What a byte of payload costs on top of the chain's fee [default: 0]",
        HelpName = "AMOUNT",
        CustomParser = Amount.ParseOptional,
    };

    private readonly Option<ulong?> _maximumBytes = new("--max-bytes-per-block")
    {
        Description = "Payload bytes that one block may hold; 0 sets no limit of its own [default: 0]",
        HelpName = "BYTES",
    };

    private readonly Option<string?> _dataMode = new("--data-mode")
    {
        Description = "What reaches Bitcoin: the data (full), or the checkpoint alone (commitment) [default: full]",
    };

    private readonly Option<ulong?> _deposit = new("--deposit")
    {
        Description = "The whole deposit; it is refunded when it is lowered [default for a new one: 1SEQ]",
        HelpName = "AMOUNT",
        CustomParser = Amount.ParseOptional,
    };

    public NamespaceOptions() => _dataMode.AcceptOnlyFromAmong(Modes);

    private static string[] Modes => ["full", "commitment"];

    public IEnumerable<Option> All => [_writer, _open, _feeRecipient, _surcharge, _maximumBytes, _dataMode, _deposit];

    public ulong? Deposit(CommandContext context) => context.Value(_deposit);

    /// <summary>The settings as they are, with what was given put over them.</summary>
    public NamespaceSettings Apply(CommandContext context, NamespaceSettings present)
    {
        var writers = context.Value(_writer) ?? [];
        if (context.Value(_open) && writers.Length > 0)
            throw CliException.Usage("Give either --open or --writer, not both.");
        return present with
        {
            Writers = context.Value(_open) ? null
                : writers.Length > 0 ? [.. writers.Select(w => AccountCommands.AccountOf(context, w)).Distinct().Order()]
                : present.Writers,
            FeeRecipient = context.Value(_feeRecipient) is { } recipient ? AccountCommands.AccountOf(context, recipient) : present.FeeRecipient,
            SurchargePerByte = context.Value(_surcharge) ?? present.SurchargePerByte,
            MaxBytesPerBlock = context.Value(_maximumBytes) ?? present.MaxBytesPerBlock,
            DataMode = context.Value(_dataMode) is { } mode ? ModeOf(mode) : present.DataMode,
        };
    }

    /// <summary>The settings that a node's answer describes.</summary>
    public static (NamespaceSettings Settings, ulong Deposit) Of(NamespaceResponse record)
    {
        try
        {
            return (
                new NamespaceSettings
                {
                    Writers = record.Writers is null ? null : [.. record.Writers.Select(w => AccountId.Parse(w)).Order()],
                    // The answer names the owner where the record names nobody: then a new owner shall receive it.
                    FeeRecipient = record.FeeRecipient == record.Owner ? null : AccountId.Parse(record.FeeRecipient),
                    SurchargePerByte = ulong.Parse(record.SurchargePerByte, NumberStyles.None, CultureInfo.InvariantCulture),
                    MaxBytesPerBlock = record.MaxBytesPerBlock,
                    DataMode = ModeOf(record.DataMode),
                },
                ulong.Parse(record.Deposit, NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (FormatException e)
        {
            throw CliException.Failed($"The node's record of namespace {record.Name} is not understood: {e.Message}");
        }
    }

    private static DataMode ModeOf(string text) => text switch
    {
        "full" => DataMode.Full,
        "commitment" => DataMode.Commitment,
        _ => throw new FormatException($"'{text}' is no data mode."),
    };
}
