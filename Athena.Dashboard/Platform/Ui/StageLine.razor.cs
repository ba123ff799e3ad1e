using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>The stages of a rollout as a line; from top to bottom on a phone.</summary>
public sealed partial class StageLine
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<StageMark> Stages { get; set; }

    [Parameter]
    public string Label { get; set; } = "Stages";

    private static string Word(StageMarkState state) => state.ToString().ToLowerInvariant();

    private static string Width(StageMark stage) => (100 * stage.State switch
    {
        StageMarkState.Done => 1,
        StageMarkState.Upcoming => 0,
        StageMarkState.Failed => Math.Max(0.08, Math.Clamp(stage.Share, 0, 1)),
        _ => Math.Clamp(stage.Share, 0, 1),
    }).ToString("0.##", CultureInfo.InvariantCulture);

    private static string? IconOf(StageMarkState state) => state switch
    {
        StageMarkState.Done => "state-good",
        StageMarkState.Current => "state-progress",
        StageMarkState.Held => "state-hold",
        StageMarkState.Failed => "state-harm",
        _ => null,
    };
}
