using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>One metric of an experiment.</summary>
public sealed partial class MetricEditor
{
    private static readonly Option<MetricKind>[] Kinds = [new(MetricKind.Proportion, "Share of users who did it"), new(MetricKind.Mean, "A number of each user")];
    private static readonly Option<BetterDirection>[] Directions = [new(BetterDirection.Higher, "Higher"), new(BetterDirection.Lower, "Lower")];

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required MetricDraft Draft { get; set; }

    /// <summary>How a refusal names it: <c>primary</c>, <c>guards[0]</c>.</summary>
    [Parameter, EditorRequired]
    public required string Place { get; set; }

    [Parameter]
    public bool IsGuard { get; set; }

    [Parameter]
    public Refusal? Refusal { get; set; }

    /// <summary>The draft has changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    private string Explained => (IsGuard ? "As much worse it may get." : "With it the readout can say that nothing relevant differs.") + (Draft.Kind == MetricKind.Proportion ? " 1 point is from 10 % to 11 %." : "");

    private Task Set(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}
