using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Says why a context gets what it gets, by the very flag that clients are answered from.</summary>
internal static class FlagExplanations
{
    /// <param name="request">An OFREP request: <c>{"context": {…}}</c>.</param>
    public static Outcome<Explanation> Explain(FlagSnapshots snapshots, string key, string environment, ReadOnlySpan<byte> request)
    {
        if (snapshots.Find(environment) is not { } snapshot) return Refusal.NotFound("environment", environment);
        if (!snapshot.TryFind(key, out var flag)) return Refusal.NotFound("flag", key);
        var context = new EvaluationContext();
        return context.Read(request, snapshot.Attributes) is { } fault
            ? Refusal.Invalid("context_invalid", "The context cannot be read.", new RefusalItem("context", fault.Details))
            : flag.Explain(context);
    }
}
