using System.Collections.Immutable;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>All versions, and what two of them say differently; the address holds which two and how they are shown.</summary>
public sealed partial class ProcessVersionsPage
{
    private ImmutableArray<ProcessVersionSummary>? versions;
    private ImmutableArray<ProcessDifference> differences = [];
    private (int? From, int? To) shownFor;
    private int newest = 1;

    [Inject]
    private ProcessQueries Queries { get; set; } = default!;

    [Inject]
    private IProcessCatalog Catalog { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>The version before; without it the one before <see cref="To"/>.</summary>
    [SupplyParameterFromQuery]
    private int? From { get; set; }

    /// <summary>The version after; without it the newest.</summary>
    [SupplyParameterFromQuery]
    private int? To { get; set; }

    [SupplyParameterFromQuery]
    private string? View { get; set; }

    private int RightNumber => To ?? newest;

    private int LeftNumber => From ?? Math.Max(1, RightNumber - 1);

    private ProcessVersion? LeftVersion { get; set; }

    private ProcessVersion? RightVersion { get; set; }

    private IReadOnlyList<Tab> Views =>
    [
        new("changes", "Changes", LeftNumber == RightNumber ? null : differences.Length),
        new("text", "Line by line"),
        new("source", $"YAML of version {RightNumber}"),
    ];

    private string? Current => Views.FirstOrDefault(view => view.Key == View)?.Key;

    private IReadOnlyList<Option<int>> Choices => [.. versions!.Value.Select(version => new Option<int>(version.Number, $"Version {version.Number}"))];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Is<ProcessApplied>();

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        shownFor = (From, To);
        newest = (await Queries.CurrentAsync(cancellationToken)).Number;
        versions = await Queries.VersionsAsync(cancellationToken);
        (LeftVersion, RightVersion) = (await Catalog.FindAsync(LeftNumber, cancellationToken), await Catalog.FindAsync(RightNumber, cancellationToken));
        if (LeftVersion is null) RightVersion = null;
        differences = LeftVersion is null || RightVersion is null ? [] : ProcessDifferences.Between(LeftVersion.Source, RightVersion.Source);
    }

    protected override Task OnParametersSetAsync() => versions is null || shownFor == (From, To) ? Task.CompletedTask : ReadAsync(Gone);

    private static string HrefOf(ProcessVersionSummary version) => version.IsCurrent ? "process" : FormattableString.Invariant($"process?version={version.Number}");

    private void Go(int from, int to) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["from"] = from, ["to"] = to }));
}
