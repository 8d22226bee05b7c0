using SharedSequencer.Devnet.Commands;

return await DevnetCommand.Create().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
