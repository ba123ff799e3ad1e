using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Evidence;

namespace Athena.Dashboard.Benchmarks.Evidence;

/// <summary>A rule that looks once a minute and rolls back or does not.</summary>
internal abstract class SimulatedRule
{
    /// <summary>An hour of the control from before the rollout.</summary>
    public virtual void Remember(ArmCounts minute)
    {
    }

    public virtual void BeginStage()
    {
    }

    public abstract bool RollsBack(ArmCounts minute, int at);

    /// <summary>All of them, the product's first.</summary>
    public static readonly (string Name, string Does, Func<SimulatedRule> Make)[] All =
    [
        ("guard", "**This product's sequential guard** as the default process has it: errors against the control, alpha 1 %, tolerance 5 %.", () => new Guard()),
        ("first form", "The guard's first form: a start each hour with the weight 1/(j(j+1)), log factors divided by D = 1 + 2 × expected exposed errors × cv².", () => new HourlyStarts()),
        ("window", "**This product's window rule** `error_rate > 5% in 5m`: at least 100 requests, two looks in a row; held where the control crosses it too.", () => new Window()),
        ("any 5 min", "`error_rate > 5%` in any five minutes, as a threshold alone.", () => new AnyWindow()),
        ("counter", "Five minutes in all whose error rate was above 5 %.", () => new Counter()),
        ("ratio", "Error rate of five minutes above twice the control's.", () => new Ratio()),
        ("z-test", "Two-proportion z-test of all counts so far, one-sided at 5 %, looked at each minute.", () => new PeekedZTest()),
        ("Mann-Whitney", "Rank test of the last hour's minute rates, once an hour, one-sided at 1 %, and a rate at least a quarter higher.", () => new HourlyRanks()),
        ("Lindon-Malek", "Bayes factor of arXiv 2011.03567 with a Beta(100 rho, 100 (1 − rho)) prior from one start, at 1 %.", () => new LindonMalek()),
    ];

    private sealed class Guard : SimulatedRule
    {
        private static readonly SequentialTest Test = new(SequentialKind.AgainstControl, 0.05, 0.01);
        private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
        private readonly SequentialRun run = new(Test);

        public override void Remember(ArmCounts minute) => run.Remember(new MinuteCount(minute.ControlRequests, minute.ControlErrors));

        public override void BeginStage() => run.BeginStage();

        public override bool RollsBack(ArmCounts minute, int at)
        {
            run.Add(minute, Minute, DateTimeOffset.UnixEpoch.AddMinutes(at));
            return run.IsBad;
        }
    }

    private sealed class HourlyStarts : SimulatedRule
    {
        private readonly RelativeEvidence evidence = new(0, new StartMixture(EvidenceGrids.Worse.Length));
        private readonly MinuteCount[] hour = new MinuteCount[60];
        private int seen;

        public override void Remember(ArmCounts minute) => hour[seen++ % hour.Length] = new MinuteCount(minute.ControlRequests, minute.ControlErrors);

        public override bool RollsBack(ArmCounts minute, int at)
        {
            if (at % 60 == 0) evidence.Mixture.Stake(1.0 / ((at / 60) + 2));
            var (requests, errors) = (0L, 0L);
            foreach (var known in hour) (requests, errors) = (requests + known.Requests, errors + known.Errors);
            var expected = requests == 0 ? 0 : (double)errors / requests * minute.ExposedRequests;
            if (minute.ExposedRequests > 0 && minute.ControlRequests > 0)
            {
                evidence.AddShare(
                    (double)minute.ExposedRequests / (minute.ExposedRequests + minute.ControlRequests),
                    minute.ExposedErrors,
                    minute.ControlErrors,
                    Tempering.Of(expected, Tempering.SquaredVariation(hour)));
            }

            Remember(minute);
            return evidence.LogValue >= Math.Log(100);
        }
    }

    /// <summary>Rules over the sums of the last five minutes.</summary>
    private abstract class FiveMinutes : SimulatedRule
    {
        private readonly ArmCounts[] last = new ArmCounts[5];

        public sealed override bool RollsBack(ArmCounts minute, int at)
        {
            last[at % last.Length] = minute;
            var sum = default(ArmCounts);
            foreach (var known in last) sum += known;
            return IsHarm(sum);
        }

        protected abstract bool IsHarm(ArmCounts sum);

        protected static double RateOf(long errors, long requests) => requests == 0 ? 0 : (double)errors / requests;
    }

    private sealed class Window : FiveMinutes
    {
        private const long Fewest = 100;
        private int inRow;

        protected override bool IsHarm(ArmCounts sum)
        {
            var isHarm = sum.ExposedRequests >= Fewest && RateOf(sum.ExposedErrors, sum.ExposedRequests) > 0.05;
            var isShared = SharedIncident.OfRates(0.05, Fewest, sum.ExposedRequests, sum.ExposedErrors, sum.ControlRequests, sum.ControlErrors);
            inRow = isHarm ? inRow + 1 : 0;
            return inRow >= WindowRules.LooksInRow && !isShared;
        }
    }

    private sealed class AnyWindow : FiveMinutes
    {
        protected override bool IsHarm(ArmCounts sum) => RateOf(sum.ExposedErrors, sum.ExposedRequests) > 0.05;
    }

    private sealed class Ratio : FiveMinutes
    {
        protected override bool IsHarm(ArmCounts sum) =>
            sum.ControlErrors > 0 && RateOf(sum.ExposedErrors, sum.ExposedRequests) > 2 * RateOf(sum.ControlErrors, sum.ControlRequests);
    }

    private sealed class Counter : SimulatedRule
    {
        private int failures;

        public override bool RollsBack(ArmCounts minute, int at)
        {
            if (minute.ExposedErrors > 0.05 * minute.ExposedRequests) failures++;
            return failures >= 5;
        }
    }

    private sealed class PeekedZTest : SimulatedRule
    {
        private const double OneSided = 1.6449;
        private ArmCounts sum;

        public override bool RollsBack(ArmCounts minute, int at)
        {
            sum += minute;
            if (sum.ExposedRequests == 0 || sum.ControlRequests == 0) return false;
            var pooled = (double)(sum.ExposedErrors + sum.ControlErrors) / (sum.ExposedRequests + sum.ControlRequests);
            var error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / sum.ExposedRequests) + (1.0 / sum.ControlRequests)));
            var difference = ((double)sum.ExposedErrors / sum.ExposedRequests) - ((double)sum.ControlErrors / sum.ControlRequests);
            return error > 0 && difference / error > OneSided;
        }
    }

    private sealed class HourlyRanks : SimulatedRule
    {
        private const double OneSided = 2.3263;
        private readonly List<double> exposed = [];
        private readonly List<double> control = [];

        public override bool RollsBack(ArmCounts minute, int at)
        {
            if (minute.ExposedRequests > 0) exposed.Add((double)minute.ExposedErrors / minute.ExposedRequests);
            if (minute.ControlRequests > 0) control.Add((double)minute.ControlErrors / minute.ControlRequests);
            if (at % 60 != 59) return false;
            var harm = exposed.Count > 0 && control.Count > 0
                && exposed.Average() > 1.25 * control.Average() && StandardScore(exposed, control) > OneSided;
            exposed.Clear();
            control.Clear();
            return harm;
        }

        /// <summary>Of the rank sum, with the correction for ties.</summary>
        private static double StandardScore(List<double> one, List<double> other)
        {
            var all = one.Select(value => (value, IsOne: true)).Concat(other.Select(value => (value, IsOne: false))).OrderBy(pair => pair.value).ToArray();
            var (ranks, ties) = (0.0, 0.0);
            for (var i = 0; i < all.Length;)
            {
                var end = i;
                while (end < all.Length && all[end].value.Equals(all[i].value)) end++;
                var rank = (i + 1 + end) / 2.0;
                var tied = end - i;
                ties += ((double)tied * tied * tied) - tied;
                for (; i < end; i++) ranks += all[i].IsOne ? rank : 0;
            }

            double n = one.Count, m = other.Count, total = n + m;
            var variance = n * m / 12 * (total + 1 - (ties / (total * (total - 1))));
            return variance <= 0 ? 0 : (ranks - (n * (n + 1) / 2) - (n * m / 2)) / Math.Sqrt(variance);
        }
    }

    private sealed class LindonMalek : SimulatedRule
    {
        private ArmCounts sum;
        private double logFactor;
        private double share;

        public override bool RollsBack(ArmCounts minute, int at)
        {
            if (minute.ExposedRequests == 0 || minute.ControlRequests == 0) return false;
            var now = (double)minute.ExposedRequests / (minute.ExposedRequests + minute.ControlRequests);
            if (share == 0) share = now;
            logFactor += BayesFactor.LogNull(now, minute.ExposedErrors, minute.ControlErrors);
            sum += minute;
            var log = BayesFactor.LogAlternative(sum.ExposedErrors, sum.ControlErrors, 100 * share, 100 * (1 - share)) - logFactor;
            return log >= Math.Log(100) && sum.ExposedErrors * (double)sum.ControlRequests > sum.ControlErrors * (double)sum.ExposedRequests;
        }
    }
}
