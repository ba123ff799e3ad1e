using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>A meter and a judge of its own for a rollout that is only tried; the decision code is that of every other.</summary>
public sealed class HealthTrial(MetricCatalogue catalogue) : IHealthTrial
{
    private const string Reporter = "trial";
    private static readonly MeasuredRollout Nobody = new(Guid.Empty, "", "", null);

    private readonly RolloutMeter meter = new(Guid.Empty, BatchLimits.Default);
    private readonly Queue<(DateTimeOffset From, DateTimeOffset To, Tally? Exposed, Tally? Control)> recent = new();
    private OddReports? odd;
    private (DateTimeOffset From, DateTimeOffset To, Tally? Exposed, Tally? Control) newest;

    public void Report(DateTimeOffset from, DateTimeOffset to, ArmReport? exposed, ArmReport? control) =>
        Take(from, to, exposed is null ? null : ArmReports.ToTally(exposed), control is null ? null : ArmReports.ToTally(control));

    public ImmutableArray<RuleVerdict> Judge(HealthScope scope, ImmutableArray<JudgedRule> rules, DateTimeOffset now) =>
        meter.Judge.LookAt(scope, rules, catalogue, meter, now).Verdicts;

    public SourceFreshness Freshness(DateTimeOffset now) => meter.Freshness(now);

    public bool IsOdd(ImmutableArray<JudgedRule> rules)
    {
        if (odd is null || odd.Rules != rules) odd = new OddReports(rules, catalogue);
        return odd.Look(newest);
    }

    public IHealthTrial Fork(TimeSpan remember)
    {
        var fork = new HealthTrial(catalogue);
        foreach (var (from, to, exposed, control) in recent.Where(report => newest.To - report.To <= remember)) fork.Take(from, to, exposed, control);

        if (meter.LastLook is { } look) fork.meter.Tell(look);
        return fork;
    }

    // As counts that another server has stored: nothing is left to be written down.
    private void Take(DateTimeOffset from, DateTimeOffset to, Tally? exposed, Tally? control)
    {
        var cell = Rung.Finest.CellOf(to);
        var cells = new List<StoredCell>(2);
        if (exposed is not null) cells.Add(new StoredCell(Arm.Exposed, cell, exposed));
        if (control is not null) cells.Add(new StoredCell(Arm.Control, cell, control));
        meter.Merge(Nobody, [new StoredBatch(cell.ToString(System.Globalization.CultureInfo.InvariantCulture), Reporter, from, to, to, IsLate: false)], cells, to);
        newest = (from, to, exposed, control);
        recent.Enqueue(newest);
        while (to - recent.Peek().To > IHealthTrial.LongestMemory) recent.Dequeue();
    }
}

/// <inheritdoc cref="IHealthBench"/>
public sealed class HealthBench : IHealthBench
{
    public ImmutableArray<double> LatencyBounds => Domain.LatencyBounds.Milliseconds;

    public IHealthTrial Begin(MetricCatalogue catalogue) => new HealthTrial(catalogue);
}
