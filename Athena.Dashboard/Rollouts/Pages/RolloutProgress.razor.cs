using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>The stage line, large, with what is counted and what it waits for.</summary>
public sealed partial class RolloutProgress
{
    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter, EditorRequired]
    public required SourceFreshness Source { get; set; }

    [Parameter, EditorRequired]
    public required GateStanding Gates { get; set; }

    /// <summary>Whom the present step has reached; null before anybody asked.</summary>
    [Parameter]
    public ExposedUsers? Users { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private bool Counting => Rollout.State == RolloutState.Running && Rollout.Applied;

    private ImmutableArray<string> Cohorts => Rollout.State.IsInStage() ? Rollout.CurrentStep.Cohorts : [];

    private string Next => Rollout.IsLastStep
        ? "completed"
        : $"{Rollout.Terms.Steps[Rollout.Step + 1].Name}, {Rollout.Terms.Steps[Rollout.Step + 1].Percentage}";

    private StateKind ReportsKind => Source.IsFresh ? StateKind.Good : StateKind.Hold;

    private string ReportsText => Source.LastBatchAt is not { } last
        ? "none yet"
        : $"{(Source.IsFresh ? "fresh" : "stopped")}, the last {RolloutPhrases.Time(Age(last))} old";

    private TimeSpan Age(DateTimeOffset last)
    {
        var age = Clock.GetUtcNow() - last;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
