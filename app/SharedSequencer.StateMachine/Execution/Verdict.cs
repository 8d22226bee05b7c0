using SharedSequencer.Protocol;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>Whether a transaction may run, and if not, why: the code for programs, the sentence for people.</summary>
public readonly record struct Verdict(ResultCode Code, string Message)
{
    public static Verdict Ok => new(ResultCode.Ok, "");

    public bool IsOk => Code == ResultCode.Ok;

    public static Verdict Refuse(ResultCode code, string message) => new(code, message);
}
