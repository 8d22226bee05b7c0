using System.Globalization;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.RandomChain;

// Replays a recorded chain under a culture and prints each block's app hash: RandomChain FILE CULTURE
if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: SharedSequencer.RandomChain FILE CULTURE");
    return 2;
}

var culture = CultureInfo.GetCultureInfo(args[1], predefinedOnly: true);
CultureInfo.DefaultThreadCurrentCulture = culture;
CultureInfo.CurrentCulture = culture;
if ("I".ToLower(culture) == "i" && culture.TwoLetterISOLanguageName == "tr")
{
    Console.Error.WriteLine("This machine has no cultures: install ICU (Debian: libicu).");
    return 1;
}

using var file = File.OpenRead(args[0]);
var replica = new Replica(RequestInitChain.Parser.ParseDelimitedFrom(file));
while (file.Position < file.Length)
{
    var block = RequestFinalizeBlock.Parser.ParseDelimitedFrom(file);
    if (!replica.Accepts(block))
    {
        Console.Error.WriteLine($"Block {block.Height} was refused.");
        return 1;
    }

    Console.WriteLine(replica.Run(block));
}

return 0;
