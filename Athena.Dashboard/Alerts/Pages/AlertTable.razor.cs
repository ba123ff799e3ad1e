using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Alerts.Pages;

/// <summary>Alerts with their state, what they are about, and whether anybody is told.</summary>
public sealed partial class AlertTable
{
    [Parameter, EditorRequired]
    public ImmutableArray<ShownAlert> Alerts { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Offers to silence each.</summary>
    [Parameter]
    public EventCallback<Alert> OnSilence { get; set; }

    [Parameter]
    public string? WhyNotSilence { get; set; }

    /// <summary>Instead of a table without rows.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    public static string Word(Alert alert) => alert.State switch
    {
        AlertState.Pending => "pending",
        AlertState.Firing => "firing",
        AlertState.KeptFiring => "firing on",
        AlertState.Resolved => "resolved",
        _ => throw new ArgumentOutOfRangeException(nameof(alert), alert.State, null),
    };

    // Red is for harm that nobody has been told to be quiet about.
    private static StateKind Kind(ShownAlert shown) => shown.Alert.State switch
    {
        AlertState.Resolved => StateKind.Good,
        AlertState.Firing when shown.Alert.IsCritical && !shown.IsQuiet => StateKind.Harm,
        AlertState.Firing when !shown.IsQuiet => StateKind.Hold,
        AlertState.Pending => StateKind.Neutral,
        _ => StateKind.Muted,
    };

    private static string About(Alert alert) =>
        string.Join(" · ", ((string[])[AlertLabels.Flag, AlertLabels.Environment, AlertLabels.Release, AlertLabels.Source]).Select(label => alert.Labels.GetValueOrDefault(label, "")).Where(value => value.Length > 0));
}
