namespace SharedSequencer.Storage;

/// <summary>
/// The database cannot be used: the disk is full, the file is damaged, or it belongs to something else. Nothing was
/// half-written. The message says what to do.
/// </summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
