using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The default plan: its line of steps, its stages, and what takes it back.</summary>
public sealed partial class RolloutSection
{
    [Parameter, EditorRequired]
    public required RolloutPlan Plan { get; set; }

    private IReadOnlyList<StageMark> Marks =>
        [.. Plan.Steps().Select(step => new StageMark(step.Name, step.Percentage.ToString(), StageMarkState.Upcoming, 0, DurationText.Write(step.Duration)))];
}
