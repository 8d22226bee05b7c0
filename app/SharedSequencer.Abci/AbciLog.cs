using Microsoft.Extensions.Logging;

namespace SharedSequencer.Abci;

internal static partial class AbciLog
{
    [LoggerMessage(1, LogLevel.Information, "ABCI server listens on {Address}.")]
    public static partial void Listening(ILogger logger, AbciAddress address);

    [LoggerMessage(2, LogLevel.Warning, "ABCI is served on {Address} without authentication: let a firewall keep everyone but CometBFT from it, or use a unix socket.")]
    public static partial void ListensWidely(ILogger logger, AbciAddress address);

    [LoggerMessage(3, LogLevel.Information, "ABCI connection {Connection} opened.")]
    public static partial void Opened(ILogger logger, string connection);

    [LoggerMessage(4, LogLevel.Information, "ABCI connection {Connection} ended by its peer.")]
    public static partial void Ended(ILogger logger, string connection);

    [LoggerMessage(5, LogLevel.Warning, "ABCI connection {Connection} broke: {Reason}")]
    public static partial void Broke(ILogger logger, string connection, string reason);

    [LoggerMessage(6, LogLevel.Warning, "ABCI connection {Connection} closed: its peer sent {What}.")]
    public static partial void Malformed(ILogger logger, string connection, string what);

    [LoggerMessage(7, LogLevel.Warning, "ABCI connection refused: {Limit} connections are open, which is the limit.")]
    public static partial void TooMany(ILogger logger, int limit);

    [LoggerMessage(8, LogLevel.Warning, "ABCI server could not accept a connection, and tries again: {Reason}")]
    public static partial void AcceptFailed(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Critical, "{Report}")]
    public static partial void Fault(ILogger logger, string report);

    [LoggerMessage(10, LogLevel.Warning, "ABCI connection {Connection} did not take the exception it was due: {Reason}")]
    public static partial void ExceptionNotSent(ILogger logger, string connection, string reason);

    [LoggerMessage(11, LogLevel.Information, "ABCI server on {Address} stopped.")]
    public static partial void Stopped(ILogger logger, AbciAddress address);

    [LoggerMessage(12, LogLevel.Warning, "ABCI server stops while a call still runs on connection {Connection}.")]
    public static partial void CallOutlivesStop(ILogger logger, string connection);
}
