using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>Guards that weigh evidence and stay valid however often one looks, beside the rules over windows.</summary>
/// <param name="Alpha">
/// The error budget of a rollout, above 0 and below 1: the chance that all guards together take a harmless one back,
/// divided equally over those that can.
/// </param>
/// <param name="Guards">In the document's order.</param>
public sealed record SequentialPolicy(double Alpha, ImmutableArray<SequentialGuard> Guards)
{
    /// <summary>For documents that say nothing of it.</summary>
    public static readonly SequentialPolicy None = new(0.01, []);
}

/// <param name="Name">Lower case with hyphens, unique.</param>
/// <param name="Metric">A ratio of counts; for <see cref="GuardComparison.Limit"/> with <paramref name="Above"/>, a mean of response times.</param>
/// <param name="Tolerance">Against the control: relative harm that is put up with, 0.05 for 5 % more. 0 to 10.</param>
/// <param name="Limit">Against a limit: the share that should not be exceeded, above 0 and below 1.</param>
/// <param name="Above">Response times above this many milliseconds are what is counted; null counts the metric's numerator.</param>
/// <param name="Action">What harm leads to.</param>
/// <param name="IsRequired">A stage does not end before the guard says good; not against the control.</param>
public sealed record SequentialGuard(
    string Name, string Metric, GuardComparison Against, double Tolerance, double? Limit, double? Above, RuleAction Action, bool IsRequired);

public enum GuardComparison
{
    /// <summary>The exposed with those who do not have the feature yet.</summary>
    Control,

    /// <summary>The exposed with the threshold of each criterion <c>metric &lt; threshold</c> of the present stage.</summary>
    Criteria,

    /// <summary>The exposed with a limit of the guard's own.</summary>
    Limit,
}
