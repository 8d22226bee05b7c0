using System.CommandLine;
using SharedSequencer.Cli.Keys;
using SharedSequencer.Cli.Output;
using SharedSequencer.Cryptography;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl key</c>: secret keys in files. No command prints a secret, and none takes one as an argument, where other users would see it.</summary>
internal static class KeyCommands
{
    private const int MaximumInputLength = 1024;

    public static Command Create(CommandHost host) => CommandHost.Group(
        "key", "Makes, imports and lists keys. A key is an account.", New(host), Import(host), List(host), Show(host));

    private static Command New(CommandHost host)
    {
        var name = NameArgument();
        return host.Action(
            "new",
            "Makes a new random key.",
            ["seqctl key new alice", "seqctl key new alice --output json"],
            [name],
            (context, _) => Task.FromResult(Done(context, context.Keys.Add(context.Value(name)!, SecretKey.Generate()))));
    }

    private static Command Import(CommandHost host)
    {
        var name = NameArgument();
        var file = new Option<string?>("--file") { Description = "Read the secret from this file instead of stdin", HelpName = "FILE" };
        return host.Action(
            "import",
            "Takes a secret key, 64 hex digits or Bitcoin's WIF, from stdin or a file.",
            ["seqctl key import alice < secret.txt", "seqctl key import alice --file secret.txt"],
            [name, file],
            async (context, cancellation) =>
            {
                var text = await SecretTextAsync(context, context.Value(file), cancellation).ConfigureAwait(false);
                SecretKey secret;
                try
                {
                    secret = SecretKey.Parse(text);
                }
                catch (FormatException e)
                {
                    throw CliException.Failed(e.Message);
                }

                return Done(context, context.Keys.Add(context.Value(name)!, secret));
            });
    }

    private static Command List(CommandHost host) => host.Action(
        "list",
        "Lists the keys of the home folder.",
        ["seqctl key list"],
        [],
        (context, _) =>
        {
            var keys = context.Keys.All();
            foreach (var key in keys)
                context.Line($"{key.Name,-16}{key.Secret.PublicKey}");
            if (keys.Count == 0)
                context.Line("There are no keys. Make one with 'seqctl key new NAME'.");
            context.Document([.. keys.Select(View)], CliJson.Default.IReadOnlyListKeyView);
            return Task.FromResult(ExitCode.Done);
        });

    private static Command Show(CommandHost host)
    {
        var name = new Argument<string?>("NAME") { Description = "The key [default: --key, or the only one]", Arity = ArgumentArity.ZeroOrOne };
        return host.Action(
            "show",
            "Shows a key's address and public key.",
            ["seqctl key show alice"],
            [name],
            (context, _) => Task.FromResult(Done(context, context.Keys.Select(context.Value(name) ?? context.KeyName))));
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "What to call the key in this home folder" };

    private static async Task<string> SecretTextAsync(CommandContext context, string? file, CancellationToken cancellation)
    {
        if (file is not null)
        {
            if (new FileInfo(file) is { Exists: true, Length: > MaximumInputLength })
                throw CliException.Failed($"{file} holds no secret key: it is longer than {MaximumInputLength} bytes.");
            return await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false);
        }

        if (!Console.IsInputRedirected && context.Environment.In == Console.In)
            await context.Environment.Error.WriteAsync("Secret key (hex or WIF): ").ConfigureAwait(false);
        return await context.Environment.In.ReadLineAsync(cancellation).ConfigureAwait(false) ?? "";
    }

    private static int Done(CommandContext context, StoredKey key)
    {
        var view = View(key);
        context.Field("name", view.Name);
        context.Field("address", view.Address);
        context.Field("public key", view.PublicKey);
        context.Field("file", view.File);
        context.Document(view, CliJson.Default.KeyView);
        return ExitCode.Done;
    }

    private static KeyView View(StoredKey key) => new(
        key.Name, key.Secret.PublicKey.ToString(), Convert.ToHexStringLower(key.Secret.PublicKey.Span), key.File);
}
