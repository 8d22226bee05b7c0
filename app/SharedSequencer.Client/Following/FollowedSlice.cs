namespace SharedSequencer.Client;

/// <summary>The next slice of a namespace, verified.</summary>
/// <param name="Slice">Its number, height and entries.</param>
/// <param name="Cursor">Where to go on when it is applied: save it together with what the slice did.</param>
public sealed record FollowedSlice(NumberedSlice Slice, FollowCursor Cursor);
