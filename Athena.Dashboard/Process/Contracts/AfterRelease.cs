using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <param name="Owner">Who leads a rollback by hand.</param>
/// <param name="Steps">In order.</param>
/// <param name="ApprovalRequired">What needs approval before it is taken back, in the process's words.</param>
/// <param name="Tell">Keys of the recipient lists that are told of a rollback in production at once.</param>
public sealed record RollbackProcedure(Role Owner, ImmutableArray<RollbackStep> Steps, ImmutableArray<string> ApprovalRequired, ImmutableArray<string> Tell);

/// <param name="Key">Those of <see cref="RollbackStepKeys"/> are filled in as far as the product knows.</param>
/// <param name="Within">Time from the beginning of the procedure to the end of this step; never less than the one before has.</param>
public sealed record RollbackStep(string Key, string Title, string Text, Role Owner, TimeSpan Within);

/// <summary>The five steps of a rollback by hand, and the time that each has where the document does not say.</summary>
public static class RollbackStepKeys
{
    public const string Assessment = "assessment";
    public const string Communication = "communication";
    public const string Execution = "execution";
    public const string Verification = "verification";
    public const string PostMortem = "post-mortem";

    /// <summary>5, 10, 15 and 30 minutes, and 5 days; a day for a step of another name.</summary>
    public static TimeSpan UsualTime(string key) => key switch
    {
        Assessment => TimeSpan.FromMinutes(5),
        Communication => TimeSpan.FromMinutes(10),
        Execution => TimeSpan.FromMinutes(15),
        Verification => TimeSpan.FromMinutes(30),
        PostMortem => TimeSpan.FromDays(5),
        _ => TimeSpan.FromDays(1),
    };
}

/// <param name="From">Earliest time after the release.</param>
/// <param name="To">Latest time after the release; equal to <paramref name="From"/> when it is one moment.</param>
/// <param name="Topics">What is looked at, in the process's words.</param>
public sealed record ReviewRule(string Key, string Title, TimeSpan From, TimeSpan To, Role Owner, ImmutableArray<string> Topics);

public sealed record SuccessMetricGroup(string Key, string Title, ImmutableArray<SuccessMetric> Metrics);

public sealed record SuccessMetric(string Key, string Title, string Description);
