using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Recovery.Drills;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>All drills, how long the product took in each, and whether that changes.</summary>
public sealed partial class DrillsPage
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);

    private ImmutableArray<Drill>? drills;
    private IReadOnlyList<ChartPoint> points = [];
    private TimeSpan window = ShortestWindow;
    private string? refusal;
    private StartDrillDialog start = default!;

    [Inject]
    private DrillService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private IReadOnlyList<Drill>? Items => drills is { } known ? known : null;

    private Drill? UnderWay => drills?.FirstOrDefault(drill => !drill.IsOver);

    private List<Drill> Passed => [.. (drills ?? []).Where(drill => drill.Part == DrillPart.Passed)];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == DrillSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        drills = await Service.ListAsync(cancellationToken);
        refusal = RecoveryPhrases.Why((await Current.GetAsync(cancellationToken)).Lacks(Permission.LowerExposure, "start a drill"));
        points = [.. Passed.AsEnumerable().Reverse().Select(DrillPhrases.PointOf)];
        var span = points.Count > 0 ? (points[^1].At - points[0].At) * 1.05 : ShortestWindow;
        window = span > ShortestWindow ? span : ShortestWindow;
    }
}
