using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Alerts.Pages;

/// <summary>Asks which alerts are to be silent, until when, and why.</summary>
public sealed partial class SilenceDialog
{
    private static readonly Option<int>[] Lengths =
        [new(30, "30 minutes"), new(120, "2 hours"), new(480, "8 hours"), new(1440, "a day"), new(10080, "a week")];

    private ModalDialog dialog = default!;
    private string which = "";
    private string comment = "";
    private int minutes = 120;
    private Refusal? refusal;

    [Inject]
    private AlertService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    /// <param name="alert">What the silence begins with; null for a blank one.</param>
    public Task OpenAsync(Alert? alert)
    {
        which = alert is null ? "" : string.Join('\n', ((string[])[AlertLabels.Name, AlertLabels.Flag, AlertLabels.Environment, AlertLabels.Source]).Where(alert.Labels.ContainsKey).Select(label => $"{label}={alert.Labels[label]}"));
        (comment, minutes, refusal) = ("", 120, null);
        return dialog.OpenAsync();
    }

    private async Task<Refusal?> SilenceAsync()
    {
        var lines = which.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var wrong = lines.Where(line => Matcher.Parse(line) is null).ToList();
        if (wrong.Count > 0)
            return Refusal.Invalid("silence_invalid", "Which alerts is not clear.") with { Items = [.. wrong.Select(line => new RefusalItem("Which", "is not a condition", line, "label=value"))] };
        var outcome = await Service.SilenceAsync([.. lines.Select(line => Matcher.Parse(line)!)], TimeSpan.FromMinutes(minutes), comment, await Current.GetAsync(), CancellationToken.None);
        if (outcome.IsAccepted) await dialog.CloseAsync();
        return outcome.Refusal;
    }
}
