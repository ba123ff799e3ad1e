using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Says why a context gets what it gets, by the very flag that clients are answered from.</summary>
internal static class FlagExplanations
{
    /// <param name="request">An OFREP request: <c>{"context": {…}}</c>.</param>
    public static Outcome<Explanation> Explain(FlagSnapshots snapshots, string key, string environment, ReadOnlySpan<byte> request) =>
        snapshots.Find(environment) is { } snapshot ? Explain(snapshot, key, request) : Refusal.NotFound("environment", environment);

    public static Outcome<Explanation> Explain(FlagSnapshot snapshot, string key, ReadOnlySpan<byte> request)
    {
        if (!snapshot.TryFind(key, out var flag)) return Refusal.NotFound("flag", key);
        var context = new EvaluationContext();
        return context.Read(request, snapshot.Attributes) is { } fault
            ? Refusal.Invalid("context_invalid", "The context cannot be read.", new RefusalItem("context", fault.Details))
            : flag.Explain(context);
    }

    /// <summary>What one context gets of every flag of an environment, or of one.</summary>
    /// <param name="key">Null for all.</param>
    public static Outcome<ImmutableArray<(string Key, Explanation Explanation)>> ExplainAll(FlagSnapshot snapshot, string? key, ReadOnlySpan<byte> request)
    {
        var context = new EvaluationContext();
        return context.Read(request, snapshot.Attributes) is { } fault
            ? Refusal.Invalid("context_invalid", "The context cannot be read.", new RefusalItem("context", fault.Details))
            : (Outcome<ImmutableArray<(string, Explanation)>>)snapshot.Flags.Where(flag => key is null || flag.Key == key).Select(flag => (flag.Key, flag.Explain(context))).ToImmutableArray();
    }
}
