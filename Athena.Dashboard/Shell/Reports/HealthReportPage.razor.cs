using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Pages;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Reports;

/// <summary>The release health report, to be read, printed and kept.</summary>
public sealed partial class HealthReportPage
{
    private readonly Dictionary<Guid, ImmutableArray<ExposureStep>> exposures = [];
    private HealthReport? report;
    private bool isMissing;

    [Parameter]
    public string Version { get; set; } = "";

    [Inject]
    private HealthReports Reports { get; set; } = default!;

    [Inject]
    private RolloutQueries Rollouts { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is RolloutEvent happened && happened.Rollout.Release == report?.Release;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        report = await Reports.FindAsync(Version, cancellationToken);
        isMissing = report is null;
        foreach (var rollout in report?.Rollouts ?? [])
            exposures[rollout.Id] = (await Rollouts.FindViewAsync(rollout.Id, cancellationToken))?.Exposures ?? [];
    }

    protected override Task OnParametersSetAsync() => report is null || report.Release == Version ? Task.CompletedTask : ReadAsync(Gone);

    private static string Shown(double? value, MetricUnit unit) => value is null ? "–" : Explanations.Value(value, unit);

    // A rate and a count rest on nothing but themselves.
    private static string Of(MeasuredMetric metric, long samples) => samples == 0 || metric.Unit is MetricUnit.PerSecond or MetricUnit.Count ? "" : "of " + samples.ToString("#,0", CultureInfo.InvariantCulture);

    private static RenderFragment Line(ReportedTurn turn) => builder =>
    {
        var (kind, title) = RolloutPhrases.Told(turn.Kind);
        builder.OpenComponent<TimelineItem>(0);
        builder.AddComponentParameter(1, nameof(TimelineItem.Kind), kind);
        builder.AddComponentParameter(2, nameof(TimelineItem.At), (DateTimeOffset?)turn.At);
        builder.AddComponentParameter(3, nameof(TimelineItem.Format), InstantFormat.DateTime);
        builder.AddComponentParameter(4, nameof(TimelineItem.Title), $"{title} · {turn.Stage}");
        builder.AddComponentParameter(5, nameof(TimelineItem.ChildContent), (RenderFragment)(inner => inner.AddContent(0, $"{turn.Summary} — {turn.Actor}")));
        builder.CloseComponent();
    };
}
