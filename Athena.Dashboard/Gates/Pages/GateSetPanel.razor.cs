using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>One set of a board.</summary>
public sealed partial class GateSetPanel
{
    [Parameter, EditorRequired]
    public required GateSetView Set { get; set; }

    /// <summary>Those of its items that are shown.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<GateItemView> Items { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public string? OpenItem { get; set; }

    /// <summary>Items that somebody else has just changed.</summary>
    [Parameter]
    public ImmutableHashSet<Guid> Changed { get; set; } = [];

    [Parameter]
    public string? Closed { get; set; }

    private StateKind Kind =>
        Set.Done == Set.Items.Length ? StateKind.Good
        : Set.Items.Any(item => item.State.Kind() == StateKind.Harm) ? StateKind.Harm
        : Set.Items.Any(item => item.Overdue) ? StateKind.Hold
        : StateKind.Progress;
}
