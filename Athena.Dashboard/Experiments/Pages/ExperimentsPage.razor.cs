using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>All experiments; search and filters live in the address.</summary>
public sealed partial class ExperimentsPage
{
    private static readonly Option<string>[] States = [new("", "Any state"), .. Enum.GetValues<ExperimentState>().Select(state => new Option<string>(state.Word(), ExperimentText.Title(state)))];

    private ExperimentDialog dialog = default!;
    private ImmutableArray<Experiment>? all;
    private string? mayNotPlan;

    [Inject]
    private ExperimentQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Flag { get; set; }

    private bool IsFiltered => new[] { Q, State, Flag }.Any(filter => !string.IsNullOrEmpty(filter));

    private List<Option<string>> Flags =>
        [new("", "Any flag"), .. (all ?? []).Select(experiment => experiment.FlagKey).Append(Flag ?? "").Where(key => key.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(key => new Option<string>(key, key))];

    private List<Experiment>? Shown => all is { } experiments ? [.. experiments.Where(IsFound)] : null;

    private string? Counted => all is { } experiments && Shown is { } shown
        ? shown.Count == experiments.Length ? $"{shown.Count} {(shown.Count == 1 ? "experiment" : "experiments")}" : $"{shown.Count} of {experiments.Length} experiments"
        : null;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == ExperimentSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        mayNotPlan = (await Actors.GetAsync(cancellationToken)).Lacks(Permission.EditFlags, "plan experiments")?.Sentence();
        all = await Queries.ListAsync(cancellationToken);
    }

    private bool IsFound(Experiment experiment) =>
        (string.IsNullOrEmpty(State) || experiment.State.Word() == State)
        && (string.IsNullOrEmpty(Flag) || experiment.FlagKey == Flag)
        && (Q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            new[] { experiment.Key, experiment.Name, experiment.Hypothesis, experiment.Owner }.Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true));

    private void Filter(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);
}
