using SharedSequencer.Cli;

return await Seqctl.RunAsync(args, CliEnvironment.OfThisProcess());
