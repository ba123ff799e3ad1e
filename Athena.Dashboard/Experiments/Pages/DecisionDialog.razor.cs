using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>Ends a stopped experiment, in sight of what it says.</summary>
public sealed partial class DecisionDialog
{
    private ModalDialog dialog = default!;
    private ExperimentView? view;
    private Refusal? refusal;
    private string reason = "";
    private int chosen;

    [Inject]
    private ExperimentService Experiments { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    // Treatments by position, then the control, then none.
    private List<Option<int>> Choices => view is { Experiment.Design: var design }
        ? [.. design.Treatments.Select((treatment, i) => new Option<int>(i, $"Ship {treatment}")), new(design.Treatments.Length, $"Keep the control, {design.Control}"), new(design.Treatments.Length + 1, "Inconclusive")]
        : [];

    public Task OpenAsync(ExperimentView experiment)
    {
        (view, refusal, reason) = (experiment, null, "");
        // Nothing is proposed.
        chosen = experiment.Experiment.Design.Treatments.Length + 1;
        return dialog.OpenAsync();
    }

    private async Task<Refusal?> DecideAsync()
    {
        refusal = null;
        var experiment = view!.Experiment;
        var (kind, variant) = chosen < experiment.Design.Treatments.Length ? (DecisionKind.Ship, experiment.Design.Treatments[chosen])
            : chosen == experiment.Design.Treatments.Length ? (DecisionKind.KeepControl, null)
            : (DecisionKind.Inconclusive, (string?)null);
        var decided = await Experiments.DecideAsync(experiment.Key, experiment.Version, kind, variant, reason, await Actors.GetAsync(), CancellationToken.None);
        if (decided.IsAccepted) await dialog.CloseAsync();
        return decided.Refusal;
    }
}
