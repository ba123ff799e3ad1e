using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>
/// Error rate, response time, throughput, satisfaction, adoption and exposure of one rollout, both arms side by side,
/// with the limits that decide. Live from the hub, or what was stored between two instants.
/// </summary>
public sealed partial class HealthCharts
{
    private const int MostThresholds = 3;

    private static readonly ImmutableArray<MetricChart> All =
    [
        new("error_rate", "Error rate", "Failed of all requests", ChartUnit.Percent),
        new("response_time", "Response time", "Mean", ChartUnit.Milliseconds),
        new("response_time_p95", "Slowest responses", "95 in 100 take no longer", ChartUnit.Milliseconds) { IsShownWhenRuled = true },
        new("throughput", "Throughput", "Requests per second", ChartUnit.PerSecond),
        new("user_satisfaction", "User satisfaction", "Mean score, 1 to 5", ChartUnit.Number),
        new("feature_adoption", "Feature adoption", "Users who used it, of those who have it, in each interval", ChartUnit.Percent) { ExposedOnly = true },
        new("exposure", "Exposure", "Share of users that get the feature", ChartUnit.Percent) { IsExposure = true },
    ];

    private string? group;
    private TimeSpan span;
    private IReadOnlyList<ChartPoint> points = [];
    private IReadOnlyList<ChartGap> gaps = [];
    private IReadOnlyList<ChartPoint> exposurePoints = [];
    private (Guid RolloutId, DateTimeOffset? From, DateTimeOffset? To, int Exposures)? read;

    [Inject]
    private IHealthSeries Series { get; set; } = default!;

    [Parameter, EditorRequired]
    public Guid RolloutId { get; set; }

    /// <summary>Rules whose thresholds are drawn; triggers in red.</summary>
    [Parameter]
    public IReadOnlyList<JudgedRule> Rules { get; set; } = [];

    /// <summary>Keys of the metrics to draw; null for all that rules or people ask for.</summary>
    [Parameter]
    public IReadOnlyList<string>? Metrics { get; set; }

    /// <summary>How far back live charts reach.</summary>
    [Parameter]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Instead of live points: what was stored from then on, until <see cref="To"/>.</summary>
    [Parameter]
    public DateTimeOffset? From { get; set; }

    [Parameter]
    public DateTimeOffset? To { get; set; }

    /// <summary>What share of users had the feature since when, in order: it is not among the stored counts.</summary>
    [Parameter]
    public IReadOnlyList<ExposureStep> Exposures { get; set; } = [];

    /// <summary>Without axes, for a list or a tile.</summary>
    [Parameter]
    public bool Small { get; set; }

    private IEnumerable<MetricChart> Shown => All
        .Where(chart => Metrics?.Contains(chart.Metric) ?? (!chart.IsShownWhenRuled || Rules.Any(rule => rule.Rule.Metric == chart.Metric)))
        .Where(chart => group is not null || exposurePoints.Count > 0 || !chart.IsExposure);

    protected override bool Concerns(EventEnvelope envelope) => envelope.Is<HealthGapFound>() && envelope.Subject == MeasuredSubject.Of(RolloutId);

    protected override async Task OnParametersSetAsync()
    {
        if (read != (RolloutId, From, To, Exposures.Count)) await ReadAsync(Gone);
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        read = (RolloutId, From, To, Exposures.Count);
        if (From is { } from && To is { } to)
        {
            (group, span, exposurePoints) = (null, to - from, ExposureBetween(from, to));
            var series = await Series.ReadAsync(RolloutId, from, to, null, cancellationToken);
            points = [.. series.Points.Where(point => point.Arm != Arm.Outside).GroupBy(point => point.At).Select(ToChartPoint)];
            gaps = [.. series.Gaps.Select(ToChartGap)];
            return;
        }

        (group, span, points) = (MeasuredSubject.Of(RolloutId).ToString(), Window, []);
        var now = Clock.GetUtcNow();
        exposurePoints = ExposureBetween(now - Window, now);
        gaps = [.. (await Series.GapsAsync(RolloutId, now - Window, now, cancellationToken)).Select(ToChartGap)];
    }

    private ChartPoint[] ExposureBetween(DateTimeOffset from, DateTimeOffset to) =>
        [.. ExposureHistory.Between(Exposures, from, to).Select(sample => new ChartPoint(sample.At, new Dictionary<string, double?> { ["exposure"] = sample.Fraction }))];

    private static ChartGap ToChartGap(HealthGap gap) => new(gap.From, gap.To, $"{gap.Instance} left out {DurationText.Write(gap.Missing)}");

    private static ChartPoint ToChartPoint(IGrouping<DateTimeOffset, HealthPoint> arms)
    {
        var values = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var point in arms)
        {
            var arm = point.Arm == Arm.Exposed ? ".exposed" : ".control";
            values["error_rate" + arm] = point.ErrorRate;
            values["response_time" + arm] = point.ResponseTime;
            values["response_time_p95" + arm] = point.ResponseTimeP95;
            values["throughput" + arm] = point.Throughput;
            values["user_satisfaction" + arm] = point.UserSatisfaction;
            values["feature_adoption" + arm] = point.FeatureAdoption;
        }

        return new ChartPoint(arms.Key, values);
    }

    // Six lists name the same metric with different limits: the strictest few of each sense say what decides next.
    private ChartThreshold[] ThresholdsOf(string metric) =>
    [
        .. Rules.Where(rule => rule.Rule.Metric == metric)
            .GroupBy(rule => (rule.Rule.Threshold, Harm: rule.Sense == RuleSense.Trigger))
            .OrderBy(rules => rules.First().Rule.Comparison is Comparison.GreaterThan or Comparison.AtLeast == (rules.First().Sense == RuleSense.Trigger) ? rules.Key.Threshold : -rules.Key.Threshold)
            .Take(MostThresholds)
            .Select(rules => new ChartThreshold(rules.Key.Threshold, rules.Key.Harm ? "Rolls back" : "Criterion", rules.Key.Harm)),
    ];

    private sealed record MetricChart(string Metric, string Title, string Subtitle, ChartUnit Unit)
    {
        public bool ExposedOnly { get; init; }

        public bool IsExposure { get; init; }

        /// <summary>Only where a rule names it.</summary>
        public bool IsShownWhenRuled { get; init; }

        public IReadOnlyList<ChartSeries> Series =>
            IsExposure ? [new ChartSeries(Metric, "Exposed", Steps: true)]
            : ExposedOnly ? [new ChartSeries(Metric + ".exposed", "Exposed")]
            : [new ChartSeries(Metric + ".exposed", "Exposed"), new ChartSeries(Metric + ".control", "Control")];
    }
}
