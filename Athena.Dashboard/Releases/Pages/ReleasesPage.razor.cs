using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>All releases; the URL holds filters and search.</summary>
public sealed partial class ReleasesPage
{
    private const string ActiveGroup = "active";

    private static readonly Option<string>[] groups = [new(ActiveGroup, "Active"), new("completed", "Completed"), new("cancelled", "Cancelled"), new("all", "All")];

    private ImmutableArray<ReleaseListItem>? all;
    private string? planReason;
    private PlanReleaseDialog plan = default!;

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    [Inject]
    private ReleaseQueries Queries { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Group => groups.FirstOrDefault(group => group.Value == State)?.Value ?? ActiveGroup;

    private IReadOnlyList<Option<string>> types =>
        [new("", "All types"), .. Process.Current.Document.ReleaseTypes.Select(type => new Option<string>(type.Key, type.Title))];

    // What is under way: the next to come first. What is over: the latest first, as it is read.
    private IReadOnlyList<ReleaseListItem>? Shown
    {
        get
        {
            if (all is not { } releases) return null;
            var matching = releases.Where(item => IsIn(item.Release, Group) && (string.IsNullOrEmpty(Type) || item.Release.Type == Type) && Matches(item.Release));
            return Group == ActiveGroup ? [.. matching.Reverse()] : [.. matching];
        }
    }

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is ReleaseSubject.Kind or "rollout";

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        all = await Queries.ListDetailedAsync(cancellationToken);
        planReason = ReleasePhrases.Why((await Current.GetAsync(cancellationToken)).Lacks(Permission.EditReleases, "plan a release"));
    }

    private void Go(string parameter, string? value) =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameter(parameter.ToLowerInvariant(), string.IsNullOrEmpty(value) ? null : value), replace: true);

    private static bool IsIn(ReleaseSummary release, string group) => group switch
    {
        "completed" => release.State == ReleaseState.Completed,
        "cancelled" => release.State == ReleaseState.Cancelled,
        "all" => true,
        _ => IsUnderWay(release),
    };

    private static bool IsUnderWay(ReleaseSummary release) => release.State is not (ReleaseState.Completed or ReleaseState.Cancelled);

    private bool Matches(ReleaseSummary release) =>
        Q is not { Length: > 0 } query
        || (query.Trim().TrimStart('v') is var word && (release.Version.Contains(word, StringComparison.OrdinalIgnoreCase)
            || release.Title.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase)
            || release.OwnerName.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase)));

    private static string HrefOf(ReleaseListItem item) => "releases/" + item.Release.Version;

    private static SemanticVersion SortKey(ReleaseListItem item) => SemanticVersion.TryParse(item.Release.Version, out var version) ? version! : new SemanticVersion(0, 0, 0);

    private DateOnly Today(ReleaseSummary release) => ReleaseDay.Of(Clock.GetUtcNow(), release.Zone);

    private bool IsLate(ReleaseSummary release) => release.TargetDate < Today(release);

    private static string GatesText(ReleaseListItem item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.Gates.Sum(set => set.Done)}/{item.Gates.Sum(set => set.Total)}");

    private static string RolloutText(ReleaseListItem item) =>
        item.Rollouts.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{item.Rollouts[0].State}, {item.Rollouts[0].Percent:0.###} %")
            : string.Create(CultureInfo.InvariantCulture, $"{item.Rollouts.Count(rollout => rollout.UnderWay)} of {item.Rollouts.Length} under way");
}
