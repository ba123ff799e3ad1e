using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>All segments with how often they are used; the search lives in the address.</summary>
public sealed partial class SegmentsPage
{
    private ImmutableArray<SegmentView>? all;
    private string? mayNotCreate;

    [Inject]
    private SegmentQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    private List<SegmentView>? Shown => all is { } segments
        ? [.. segments.Where(view => (Q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Contains(view, word)))]
        : null;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is SegmentSubject.Kind or FlagSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        mayNotCreate = (await Actors.GetAsync(cancellationToken)).Lacks(Permission.EditFlags, "create segments")?.Sentence();
        all = await Queries.ListAsync(cancellationToken);
    }

    private static bool Contains(SegmentView view, string word) =>
        view.Segment.Key.Contains(word, StringComparison.OrdinalIgnoreCase)
        || view.Segment.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
        || view.Segment.Conditions.Any(condition => condition.ToString().Contains(word, StringComparison.OrdinalIgnoreCase));

    private static int FlagsOf(SegmentView view) => view.Uses.Select(use => use.Flag).OfType<string>().Distinct(StringComparer.Ordinal).Count();

    private static int SegmentsOf(SegmentView view) => view.Uses.Count(use => use.Segment is not null);
}
