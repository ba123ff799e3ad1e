using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Two environments side by side; both, and the search, live in the address.</summary>
public sealed partial class ComparisonPage
{
    private static readonly Crumb[] Crumbs = [new("Flags", "flags")];

    private IReadOnlyList<TargetEnvironment> environments = [];
    private Actor actor = default!;
    private List<FlagComparison> differing = [];
    private List<FlagComparison>? shown;
    private (string, string)? readFor;
    private int all;
    private ConfirmDialog promoting = default!;
    private FlagComparison? chosen;
    private bool letAhead;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    /// <summary>An environment's key; by default the one before <see cref="To"/>.</summary>
    [SupplyParameterFromQuery]
    private string? From { get; set; }

    /// <summary>An environment's key; by default the last of the process.</summary>
    [SupplyParameterFromQuery]
    private string? To { get; set; }

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    private string Target => Known(To) ?? environments[^1].Key;

    private string Source => Known(From) ?? environments[Math.Max(0, environments.TakeWhile(environment => environment.Key != Target).Count() - 1)].Key;

    private List<Option<string>> Places => [.. environments.Select(environment => new Option<string>(environment.Key, environment.Title))];

    private TargetEnvironment TargetEnvironment => environments.First(environment => environment.Key == Target);

    private bool OnlyLowers => chosen is not null && EffectOf(chosen) == ExposureEffect.Lowers;

    private bool Asks => TargetEnvironment.Approval is not null && !OnlyLowers;

    private string? Confirming => TargetEnvironment.IsProduction && !OnlyLowers && !Asks ? Target : null;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == FlagSubject.Kind;

    protected override void OnInitialized() => environments = Process.Current.Document.Environments;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        environments = Process.Current.Document.Environments;
        actor = await Actors.GetAsync(cancellationToken);
        var views = await Queries.ListAllAsync(cancellationToken);
        (all, readFor) = (views.Length, (Source, Target));
        differing = Source == Target ? [] : [.. FlagComparisons.Of(views, Source, TargetEnvironment, Process.Current.Document)];
        Show();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor is null) return;
        if (readFor != (Source, Target)) await ReadAsync(Gone);
        else Show();
    }

    private void Show() => shown = [.. differing.Where(comparison => string.IsNullOrWhiteSpace(Q)
        || comparison.Flag.Key.Contains(Q.Trim(), StringComparison.OrdinalIgnoreCase) || comparison.Flag.Name.Contains(Q.Trim(), StringComparison.OrdinalIgnoreCase))];

    private Task AskAsync(FlagComparison comparison)
    {
        (chosen, letAhead) = (comparison, false);
        return promoting.OpenAsync();
    }

    private async Task<Refusal?> PromoteAsync(string reason) => await Desk.HandInAsync(
        FlagChange.Promote(chosen!.Flag.Key, Source, Target, chosen.To.Version, chosen.From.Version),
        Asks,
        reason,
        // The dialog has had the name typed before it lets anybody here.
        new Consent(Confirming, letAhead));

    private string? MayNot(FlagComparison comparison) =>
        FlagDecisions.Lacks(actor, TargetEnvironment, EffectOf(comparison)) is { } lacking ? lacking.Sentence()
        : comparison.To.RolloutId is not null ? $"A rollout owns it in {TargetEnvironment.Title}."
        : comparison.To.Experiment is { } experiment && EffectOf(comparison) != ExposureEffect.Lowers ? $"The experiment {experiment} compares its variants in {TargetEnvironment.Title}."
        : null;

    private static ExposureEffect EffectOf(FlagComparison comparison) => Exposure.Compare(comparison.To, comparison.Promoted);

    private string? Known(string? key) => environments.Any(environment => environment.Key == key) ? key : null;

    private string Title(string key) => environments.First(environment => environment.Key == key).Title;

    private string Written(FlagEnvironment setting, Flag flag) => SettingText.Of(setting, flag.Exposed.Name, (Person ?? PersonZone.Utc).Zone);

    private void Choose(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);
}
