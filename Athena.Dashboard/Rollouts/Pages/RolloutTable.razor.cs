using System.Collections.Immutable;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>Rollouts as rows.</summary>
public sealed partial class RolloutTable
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Null while they are being read.</summary>
    [Parameter, EditorRequired]
    public ImmutableArray<RolloutSummary>? Rollouts { get; set; }

    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>False where all are of one release.</summary>
    [Parameter]
    public bool ShowRelease { get; set; } = true;

    private IReadOnlyList<RolloutSummary>? Items => Rollouts is { } known ? known : null;
}
