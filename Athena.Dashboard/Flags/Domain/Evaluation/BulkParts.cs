using System.Buffers;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// The reply about all flags, put together when the configuration changes: flags that answer everybody the same stand
/// in runs that are written already, and only the others are evaluated.
/// </summary>
internal sealed class BulkParts
{
    private readonly Part[] parts;
    private readonly AnswerCounter[] fixedAnswers;
    private readonly UserSketch[] fixedUsers;
    private readonly int fixedLength;
    private readonly UInt128 seed;

    public BulkParts(CompiledFlag[] flags)
    {
        var made = new List<Part>();
        var run = new ArrayBufferWriter<byte>();
        run.Write("{\"flags\":["u8);
        seed = (uint)flags.Length;
        for (var i = 0; i < flags.Length; i++)
        {
            if (i > 0) run.Write(","u8);
            if (flags[i].Always is { } answer)
            {
                run.Write(answer.Utf8);
                seed = FlagSnapshot.Fold(seed, answer.Fingerprint);
                continue;
            }

            made.Add(new Part(run.WrittenSpan.ToArray(), flags[i]));
            run.ResetWrittenCount();
        }

        Tail = run.WrittenSpan.ToArray();
        parts = [.. made];
        fixedAnswers = [.. flags.Select(flag => flag.Always).OfType<Answer>().Select(answer => answer.Counter)];
        fixedUsers = [.. flags.Select(flag => flag.Always?.Users).OfType<UserSketch>()];
        fixedLength = made.Sum(part => part.Before.Length) + Tail.Length;
    }

    /// <summary>How many flags depend on the context.</summary>
    public int Dynamic => parts.Length;

    /// <summary>What stands after the last of them, up to the end of the list.</summary>
    public byte[] Tail { get; }

    /// <param name="answers">Room for <see cref="Dynamic"/>.</param>
    /// <param name="length">Bytes that <see cref="Write"/> will need.</param>
    /// <returns>A fingerprint: equal exactly when the replies are.</returns>
    public UInt128 Evaluate(EvaluationContext context, Span<Answer> answers, out int length)
    {
        var fingerprint = seed;
        length = fixedLength;
        for (var i = 0; i < parts.Length; i++)
        {
            var answer = parts[i].Flag.Evaluate(context).Answer;
            answers[i] = answer;
            length += answer.Utf8.Length;
            fingerprint = FlagSnapshot.Fold(fingerprint, answer.Fingerprint);
        }

        return fingerprint;
    }

    public void Write(ReadOnlySpan<Answer> answers, Span<byte> into)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i].Before.CopyTo(into);
            into = into[parts[i].Before.Length..];
            answers[i].Utf8.CopyTo(into);
            into = into[answers[i].Utf8.Length..];
        }

        Tail.CopyTo(into);
    }

    /// <summary>Every flag was answered once.</summary>
    public void Count(ReadOnlySpan<Answer> answers)
    {
        foreach (var counter in fixedAnswers) counter.Add();
        foreach (var answer in answers) answer.Counter.Add();
    }

    /// <summary>Every flag was evaluated for this user, whether or not there is a reply to be sent.</summary>
    public void CountUser(ReadOnlySpan<Answer> answers, ReadOnlySpan<byte> user)
    {
        foreach (var users in fixedUsers) users.Add(user);
        for (var i = 0; i < parts.Length; i++) answers[i].Users?.Add(user);
    }

    private readonly record struct Part(byte[] Before, CompiledFlag Flag);
}
