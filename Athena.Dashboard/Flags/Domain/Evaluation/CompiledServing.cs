using System.Text;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A serving made ready: its answers, and how a split chooses among them.</summary>
internal sealed class CompiledServing
{
    /// <summary>The attribute that the split needs is missing.</summary>
    public const int NoValue = -1;

    private readonly Answer[] answers;
    private readonly ulong[] bounds;
    private readonly ulong total;
    private readonly Murmur3 salt;

    public CompiledServing(string flagKey, Serving serving, AttributeTable attributes, Func<string, Answer> answerOf)
    {
        if (serving.Variant is { } one)
        {
            answers = [answerOf(one)];
            bounds = [];
            By = NoValue;
            return;
        }

        answers = [.. serving.Split.Select(share => answerOf(share.Variant))];
        bounds = new ulong[answers.Length];
        for (var i = 0; i < bounds.Length; i++) bounds[i] = total += (ulong)serving.Split[i].Weight;
        By = attributes[serving.By];
        salt = new Murmur3(0);
        salt.Add(Encoding.UTF8.GetBytes(flagKey + serving.Salt));
    }

    public bool IsSplit => bounds.Length > 0;

    /// <summary>Number of the attribute that the split needs.</summary>
    public int By { get; }

    /// <summary>The answer for everybody, where it is no split.</summary>
    public Answer Only => answers[0];

    /// <summary>
    /// (hash × sum of weights) >> 32, hash being MurmurHash3 of the flag's key, the salt and the value, lies in one of
    /// the shares in their order.
    /// </summary>
    /// <returns>Null when the attribute is missing.</returns>
    public Answer? Pick(EvaluationContext context)
    {
        if (bounds.Length == 0) return answers[0];
        var value = context.TextOf(By);
        if (value.IsEmpty) return null;
        var hash = salt;
        hash.Add(value);
        var point = (hash.Finish() * total) >> 32;
        for (var i = 0; i < bounds.Length; i++)
        {
            if (point < bounds[i]) return answers[i];
        }

        return answers[^1];
    }
}
