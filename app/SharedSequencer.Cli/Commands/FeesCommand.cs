using System.CommandLine;
using System.Globalization;
using SharedSequencer.Api;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl fees</c></summary>
internal static class FeesCommand
{
    /// <summary>Bytes of a signed transaction beside its payload, about: keys, signature, chain id and numbers.</summary>
    private const int Envelope = 160;

    public static Command Create(CommandHost host)
    {
        var name = new Argument<string?>("NS") { Description = "A namespace's name or id: with its own fee and surcharge", Arity = ArgumentArity.ZeroOrOne };
        var bytes = new Option<int>("--bytes") { Description = "Bytes of payload to estimate for", DefaultValueFactory = _ => 1000, HelpName = "N" };
        return host.Action(
            "fees",
            "Shows what a byte costs at present, and estimates a submission.",
            ["seqctl fees", "seqctl fees alpha --bytes 200"],
            [name, bytes],
            async (context, cancellation) =>
            {
                var fees = await context.Client.GetFeesAsync(cancellation).ConfigureAwait(false);
                context.Field("base fee", $"{fees.BaseFeePerByte} useq a byte of the transaction");
                context.Field("suggested tip", $"{fees.SuggestedTipPerByte} useq a byte");
                var payload = context.Value(bytes);
                var estimate = (UInt128)Number(fees.BaseFeePerByte) * (UInt128)(payload + Envelope);
                if (context.Value(name) is { } text)
                {
                    var record = await NamespaceCommands.FindAsync(context, text, cancellation).ConfigureAwait(false);
                    context.Field($"fee of '{record.Name}'", $"{record.FeePerByte} useq a byte of payload");
                    context.Field("its surcharge", $"{record.SurchargePerByte} useq a byte of payload");
                    estimate += ((UInt128)Number(record.FeePerByte) + Number(record.SurchargePerByte)) * (UInt128)payload;
                }

                context.Field("estimate", $"about {estimate} useq for {payload} bytes");
                context.Document(fees, ApiJson.Default.FeesResponse);
                return ExitCode.Done;
            });
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
