using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>One experiment: what it asks, what it says by now, and how it ended.</summary>
public sealed partial class ExperimentPage
{
    private static readonly Crumb[] Crumbs = [new("Experiments", "experiments")];

    private ExperimentDialog editing = default!;
    private DecisionDialog deciding = default!;
    private ConfirmDialog stopping = default!;
    private ConfirmDialog cancelling = default!;
    private ConfirmDialog shipping = default!;
    private ExperimentView? view;
    private TargetEnvironment environment = default!;
    private FlagAllocation? flag;
    private ImmutableSortedDictionary<string, double> shares = ImmutableSortedDictionary<string, double>.Empty;
    private ImmutableArray<EventEnvelope> history = [];
    private string? mayNotLead;
    private string? mayNotEnd;
    private bool letAhead;
    private bool isRead;
    private string? readFor;

    [Inject]
    private ExperimentQueries Queries { get; set; } = default!;

    [Inject]
    private ExperimentService Experiments { get; set; } = default!;

    [Inject]
    private IFlagExperiments Flags { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter]
    public required string Key { get; set; }

    // Reports come without an event.
    protected override bool Ticks => view?.Experiment.TakesOutcomes is true;

    private bool Asks => environment.Approval is not null && view?.Experiment.Decision?.Variant != "off";

    private string Valid => string.Create(
        CultureInfo.InvariantCulture,
        $"The intervals hold at every look: all of them together are ever wrong in at most {100 * ExperimentReadout.Error:0.#} % of experiments, so it may be stopped whenever it is clear.");

    private string? NotReady => view!.Experiment switch
    {
        { Hypothesis.Length: 0 } => "It has no hypothesis yet. Change it and say what you expect.",
        { } experiment when flag is null => $"There is no flag {experiment.FlagKey} any more.",
        { } experiment when !flag!.Enabled => $"{experiment.FlagKey} is switched off in {environment.Title}. Switch it on first.",
        { } when flag!.RolloutId is not null => $"A rollout owns the flag in {environment.Title}. Finish it first.",
        { } experiment when flag!.Experiment is { } other && other != experiment.Key => $"The experiment {other} holds the flag in {environment.Title}. Stop it first.",
        { } experiment when experiment.SharesOf(flag!.Shares) is null => "The flag does not split users over all variants of the experiment. Change its setting first.",
        _ => null,
    };

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject == ExperimentSubject.Of(Key) || (view is not null && envelope.Subject == FlagSubject.Of(view.Experiment.FlagKey));

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = Key;
        var actor = await Actors.GetAsync(cancellationToken);
        view = await Queries.FindViewAsync(Key, cancellationToken);
        if (view is { Experiment: var experiment })
        {
            environment = Process.EnvironmentOf(experiment);
            flag = await Flags.FindAsync(experiment.FlagKey, experiment.Environment, cancellationToken);
            shares = experiment.StartedAt is null ? flag?.Shares ?? shares : experiment.Shares;
            history = await Queries.HistoryAsync(Key, cancellationToken);
            mayNotLead = ExperimentRights.Lacks(actor, environment, "lead experiments")?.Sentence();
            mayNotEnd = ExperimentRights.LacksEnding(actor, environment, "end experiments")?.Sentence();
        }

        isRead = true;
    }

    // Another experiment keeps the component.
    protected override Task OnParametersSetAsync() => readFor is null || readFor == Key ? Task.CompletedTask : ReadAsync(Gone);

    private string? AlreadyServed(string variant) =>
        flag is null ? $"There is no flag {view!.Experiment.FlagKey} any more."
        : flag.Shares is { Count: 1 } served && served.ContainsKey(variant) ? $"The flag gives {variant} to everybody already."
        : null;

    private Task ShipAsync()
    {
        letAhead = false;
        return shipping.OpenAsync();
    }

    private async Task<Refusal?> StartAsync() => (await Experiments.StartAsync(Key, view!.Experiment.Version, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> StopAsync(string reason) => (await Experiments.StopAsync(Key, view!.Experiment.Version, reason, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> CancelAsync(string reason) => (await Experiments.CancelAsync(Key, view!.Experiment.Version, reason, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    // The dialog has had the name typed before it lets anybody here.
    private async Task<Refusal?> CarryOutAsync(string reason) =>
        (await Experiments.ShipAsync(Key, reason, environment.IsProduction ? environment.Key : null, letAhead, Asks, await Actors.GetAsync(), CancellationToken.None)).Refusal;
}
