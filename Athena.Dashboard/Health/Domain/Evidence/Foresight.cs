using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Tells, batch by batch and for next to nothing, whether evidence may have reached its limit since the last look. It
/// decides nothing: that is the look's, which weighs everything. Bursts are left out of account, so it rather looks once
/// too often.
/// </summary>
public sealed class Foresight
{
    /// <summary>A look that is worth it: the share of what is missing that the batches since seem to make up for.</summary>
    private const double Enough = 0.8;

    private readonly List<Growth> growths = [];

    /// <summary>A look found this; what comes now is weighed against it.</summary>
    public void Begin(IEnumerable<RuleVerdict> verdicts, MetricCatalogue catalogue)
    {
        growths.Clear();
        foreach (var verdict in verdicts)
        {
            if (verdict is not { Evidence: { BadSince: null } evidence, Rule: { Sequential: { Above: null } test } rule }) continue;
            if (catalogue.Resolve(rule.Rule.Metric) is { Kind: MetricKind.Ratio } metric) growths.Add(new Growth(test, metric.Parts[0], metric.Parts[1], evidence));
        }
    }

    /// <returns>A look may find harm. Told once until the next look.</returns>
    public bool Add(Tally? exposed, Tally? control)
    {
        var isDue = false;
        foreach (var growth in growths) isDue |= growth.Add(exposed, control);
        return isDue;
    }

    private sealed class Growth(SequentialTest test, string errors, string requests, EvidenceReading evidence)
    {
        private readonly double[] logs = new double[EvidenceGrids.Worse.Length];
        private readonly double enough = Enough * (evidence.LogHarmLimit - evidence.LogHarm);
        private bool isTold;

        public bool Add(Tally? exposed, Tally? control)
        {
            var (failed, controlFailed) = (exposed?.Named(errors) ?? 0, control?.Named(errors) ?? 0);
            // A batch without errors is evidence of nothing worse.
            if (isTold || failed + controlFailed == 0) return false;
            var (all, controlAll) = (exposed?.Named(requests) ?? 0, control?.Named(requests) ?? 0);
            var expected = test.Kind == SequentialKind.AgainstLimit ? test.Level : Odds.Times(Share(all, controlAll), 1 + test.Level);
            if (expected is not (> 0 and < 1)) return false;
            // Against a limit the requests that did not fail speak for it; against the control its errors do.
            var other = test.Kind == SequentialKind.AgainstLimit ? Math.Max(0, all - failed) : controlFailed;
            for (var k = 0; k < logs.Length; k++)
            {
                var theta = Odds.Times(expected, EvidenceGrids.Worse[k]);
                logs[k] = Math.Max(0, logs[k] + Odds.Log(failed, theta / expected) + Odds.Log(other, (1 - theta) / (1 - expected)));
                isTold |= logs[k] >= enough;
            }

            return isTold;
        }

        // An instance may report one arm only: then the stage's share is the best that is known.
        private double Share(double all, double controlAll)
        {
            var (known, knownControl) = (evidence.Counts.ExposedRequests, evidence.Counts.ControlRequests);
            return known > 0 && knownControl > 0 ? (double)known / (known + knownControl) : all > 0 && controlAll > 0 ? all / (all + controlAll) : 0;
        }
    }
}
