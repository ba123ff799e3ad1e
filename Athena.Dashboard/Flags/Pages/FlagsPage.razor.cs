using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>All flags; search and filters live in the address.</summary>
public sealed partial class FlagsPage
{
    private static readonly Option<string>[] Types =
        [new("", "All types"), .. Enum.GetValues<FlagKind>().Select(kind => new Option<string>(kind.Word(), FlagText.Title(kind)))];

    private static readonly Option<string>[] States =
        [new("", "Any state"), new("on", "On"), new("off", "Off"), new("part", "On for a part"), new("rolling", "Owned by a rollout"), new("scheduled", "Scheduled")];

    private static readonly Option<string>[] Stages = [new("", "Any lifecycle"), .. Enum.GetValues<FlagStage>().Select(stage => new Option<string>(stage.ToString(), FlagText.Word(stage)))];

    private NewFlagDialog dialog = default!;
    private ImmutableArray<FlagView> all = [];
    private List<FlagView>? shown;
    private IReadOnlyList<TargetEnvironment> environments = [];
    private List<Option<string>> owners = [new("", "Any owner")];
    private List<Option<string>> releases = [new("", "Any release")];
    private string? mayNotCreate;
    private Func<Flag, FlagStage> stageOf = flag => FlagLifecycle.StageOf(flag, null);
    private List<Option<string>> stales = [];
    private FlagUse? use;
    private int unusedDays;
    private DateTimeOffset readAt;
    private bool isRead;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private FlagCleanup Cleanup { get; set; } = default!;

    [Inject]
    private FlagEvaluations Evaluations { get; set; } = default!;

    [Inject]
    private IOptions<FlagOptions> Options { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    /// <summary>An environment's key: where the state is asked; any where it is missing.</summary>
    [SupplyParameterFromQuery]
    private string? In { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Owner { get; set; }

    [SupplyParameterFromQuery]
    private string? Release { get; set; }

    /// <summary>Where the flag is in its life: a <see cref="FlagStage"/>.</summary>
    [SupplyParameterFromQuery]
    private string? Stage { get; set; }

    /// <summary>What wants attention: <c>due</c> for removal, <c>unused</c> for the configured time, or <c>any</c> of them.</summary>
    [SupplyParameterFromQuery]
    private string? Stale { get; set; }

    private bool IsFiltered => new[] { Q, Type, In, State, Owner, Release, Stage, Stale }.Any(filter => !string.IsNullOrEmpty(filter));

    private List<Option<string>> Places => [new("", "Anywhere"), .. environments.Select(environment => new Option<string>(environment.Key, environment.Title))];

    private string? Counted => shown is null ? null
        : shown.Count == all.Length ? $"{all.Length} {(all.Length == 1 ? "flag" : "flags")}"
        : $"{shown.Count} of {all.Length} flags";

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == FlagSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        environments = Process.Current.Document.Environments;
        all = await Queries.ListAllAsync(cancellationToken);
        stageOf = await Cleanup.StagesAsync(cancellationToken);
        use = await Evaluations.FindAsync(cancellationToken);
        (unusedDays, readAt) = (Options.Value.UnusedDays, Clock.GetUtcNow());
        stales = [new("", "All flags"), new("due", "Due for removal"), new("unused", $"Not evaluated for {unusedDays} days"), new("any", "Either")];
        mayNotCreate = (await Actors.GetAsync(cancellationToken)).Lacks(Permission.EditFlags, "create flags")?.Sentence();
        owners = Choices("Any owner", all.Select(view => view.Flag.Owner));
        releases = Choices("Any release", all.Select(view => view.Flag.ReleaseId));
        isRead = true;
        Show();
    }

    protected override void OnParametersSet()
    {
        if (isRead) Show();
    }

    private void Show() => shown = [.. all.Where(IsFound)];

    private bool IsFound(FlagView view) =>
        (string.IsNullOrEmpty(Type) || view.Flag.Kind.Word() == Type)
        && (string.IsNullOrWhiteSpace(Q) || Q.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Contains(view.Flag, word)))
        && (string.IsNullOrEmpty(Owner) || view.Flag.Owner == Owner)
        && (string.IsNullOrEmpty(Stage) || string.Equals(stageOf(view.Flag).ToString(), Stage, StringComparison.OrdinalIgnoreCase))
        && IsStale(view)
        && (string.IsNullOrEmpty(Release) || view.Flag.ReleaseId == Release)
        && view.Environments.Where(setting => string.IsNullOrEmpty(In) || setting.Environment == In).Any(IsInState);

    private bool IsStale(FlagView view) => Stale switch
    {
        "due" => stageOf(view.Flag) == FlagStage.DueForRemoval,
        "unused" => IsUnused(view),
        "any" => stageOf(view.Flag) == FlagStage.DueForRemoval || IsUnused(view),
        _ => true,
    };

    private bool IsUnused(FlagView view) => use?.IsUnused(view, TimeSpan.FromDays(unusedDays), readAt) is true;

    private bool IsInState(FlagEnvironment setting) => State switch
    {
        "on" => setting.Enabled,
        "off" => !setting.Enabled,
        "part" => setting.Enabled && !FlagText.IsForEverybody(setting),
        "rolling" => setting.RolloutId is not null,
        "scheduled" => setting.EnableAt is not null || setting.DisableAt is not null,
        _ => true,
    };

    private static List<Option<string>> Choices(string any, IEnumerable<string?> values) =>
        [new("", any), .. values.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase).Select(value => new Option<string>(value, value))];

    private static bool Contains(Flag flag, string word) =>
        new[] { flag.Key, flag.Name, flag.Owner, flag.ReleaseId }.Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);

    private static int Rank(FlagView view, string environment) =>
        view.In(environment) is { Enabled: true } setting ? 1 + setting.Percentage.Thousandths : 0;

    private void Filter(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);
}
