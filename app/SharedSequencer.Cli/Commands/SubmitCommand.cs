using System.CommandLine;
using System.Text;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl submit</c></summary>
internal static class SubmitCommand
{
    public static Command Create(CommandHost host)
    {
        var ns = NamespaceCommands.Argument();
        var text = new Option<string?>("--text") { Description = "The payload as text (UTF-8)", HelpName = "TEXT" };
        var hex = new Option<string?>("--hex") { Description = "The payload as hex, with or without 0x", HelpName = "HEX" };
        var file = new Option<string?>("--file") { Description = "The payload as a file's content", HelpName = "FILE" };
        var sending = new SendingOptions(TransactionStatuses.Received);
        return host.Action(
            "submit",
            "Submits data to a namespace.",
            ["seqctl submit notes --text 'hello'", "seqctl submit alpha --hex 0x02f8… --wait final", "seqctl submit notes --file note.txt --wait firm"],
            [ns, text, hex, file, .. sending.All],
            async (context, cancellation) =>
            {
                var id = CommandContext.NamespaceOf(context.Value(ns)!);
                var payload = await PayloadAsync(context.Value(text), context.Value(hex), context.Value(file), cancellation).ConfigureAwait(false);
                if (payload.Length == 0)
                    throw CliException.Usage("The payload is empty: at least one byte is needed.");
                return await new Submission(context, sending).RunAsync([new SubmitData(id, payload)], cancellation).ConfigureAwait(false);
            });
    }

    private static async Task<byte[]> PayloadAsync(string? text, string? hex, string? file, CancellationToken cancellation)
    {
        if ((text is null ? 0 : 1) + (hex is null ? 0 : 1) + (file is null ? 0 : 1) != 1)
            throw CliException.Usage("Give the payload by exactly one of --text, --hex and --file.");
        if (text is not null)
            return Encoding.UTF8.GetBytes(text);
        if (hex is not null)
            return Hex(hex);
        if (new FileInfo(file!) is { Exists: true, Length: > Limits.TransactionBytes } large)
            throw CliException.Failed($"{file} has {large.Length} bytes; a transaction has at most {Limits.TransactionBytes}.");
        return await File.ReadAllBytesAsync(file!, cancellation).ConfigureAwait(false);
    }

    private static byte[] Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text);
        }
        catch (FormatException)
        {
            throw CliException.Usage("--hex is not hex: an even number of the digits 0-9 and a-f is needed.");
        }
    }
}
