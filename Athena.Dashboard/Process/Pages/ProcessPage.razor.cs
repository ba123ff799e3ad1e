using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The process to be read: the version in force, or an older one by its number.</summary>
public sealed partial class ProcessPage
{
    private static readonly (string Id, string Title)[] Contents =
    [
        ("principles", "Principles"),
        ("release-types", "Release types"),
        ("gates", "Quality gates"),
        ("rollout", "Rollout"),
        ("rules", "Alerts and rollback rules"),
        ("metrics", "Metrics"),
        ("flags", "Feature flags"),
        ("branches", "Branches and environments"),
        ("deployment", "Deployment"),
        ("communication", "Communication"),
        ("notes", "Release notes"),
        ("rollback", "Manual rollback"),
        ("reviews", "Reviews"),
        ("roles", "Roles"),
    ];

    private bool isMissing;
    private int? shownFor;

    [Inject]
    private ProcessQueries Queries { get; set; } = default!;

    /// <summary>An older version's number; the one in force without it.</summary>
    [SupplyParameterFromQuery]
    private int? Version { get; set; }

    private ProcessVersion? Shown { get; set; }

    private bool IsOlder { get; set; }

    private string Query => IsOlder ? FormattableString.Invariant($"?version={Shown!.Number}") : "";

    private IReadOnlyList<Crumb> Crumbs => IsOlder ? [new Crumb("Process", "process")] : [];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Is<ProcessApplied>();

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        shownFor = Version;
        var current = await Queries.CurrentAsync(cancellationToken);
        Shown = Version is { } number ? (await Queries.FindAsync(number, cancellationToken)).Match(found => found, _ => (ProcessVersion?)null) : current;
        IsOlder = Shown is not null && Shown.Number != current.Number;
        isMissing = Shown is null;
    }

    // Another version of the same page keeps the component.
    protected override Task OnParametersSetAsync() => shownFor == Version ? Task.CompletedTask : ReadAsync(Gone);
}
