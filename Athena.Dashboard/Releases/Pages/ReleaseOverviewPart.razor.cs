using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>What a release is: its value, its calendar, its known faults. Other slices' parts stand in the slots.</summary>
public sealed partial class ReleaseOverviewPart
{
    [Parameter, EditorRequired]
    public required ReleaseDetails Details { get; set; }

    /// <summary>The day that it is in the release's zone.</summary>
    [Parameter, EditorRequired]
    public DateOnly Today { get; set; }

    /// <summary>How far its gates are.</summary>
    [Parameter]
    public RenderFragment? Gates { get; set; }

    /// <summary>Below the release's own panels.</summary>
    [Parameter]
    public RenderFragment? Main { get; set; }

    /// <summary>Below the facts.</summary>
    [Parameter]
    public RenderFragment? Aside { get; set; }

    private string ScheduleNote =>
        Details.Release.IsOver
            ? $"As it was laid out backwards from {Details.Release.TargetDate.Long()}."
            : $"Laid out backwards from {Details.Release.TargetDate.Long()}, {Details.Release.TargetDate.Distance(Today)}.";
}
