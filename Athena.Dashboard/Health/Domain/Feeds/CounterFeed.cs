using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain.Feeds;

/// <summary>
/// Makes batches of raw counters: one for each target and pair of neighbouring scrapes, with what each counter rose by.
/// A counter that fell was reset and has counted from zero; one that appears beside others of its target has as well.
/// </summary>
public static class CounterFeed
{
    /// <param name="takenTo">The newest scrape of a flag's target that was taken; null when none is known.</param>
    /// <param name="isOwnCount">Whether the metric catalogue has a use for a count of the application's own.</param>
    public static FeedReading Read(
        FeedLayout layout,
        IReadOnlyList<FeedAnswer> answers,
        Func<string, string, DateTimeOffset?> takenTo,
        Func<string, bool> isOwnCount,
        BatchLimits limits,
        DateTimeOffset now)
    {
        var reading = new Reading(layout, limits, now);
        foreach (var (count, series) in answers)
        {
            if (count.Part == FeedPart.Count && SlotOf(count.Name) is null && !isOwnCount(count.Name))
                reading.Faults.Add(new FeedFault("", "", UndecidedCause.NotReported, $"No metric of the process is made of the count {count.Name}."));
            else
                foreach (var one in series) reading.Sort(count, one);
        }

        foreach (var target in reading.Targets.Values) target.Read(reading, takenTo(target.Flag, target.Instance), [.. answers.Select(answer => answer.Count)]);
        return new FeedReading(
            [.. reading.Batches.OrderBy(batch => batch.To)], [.. reading.Faults], answers.Sum(answer => answer.Series.Length), reading.Unlabelled, reading.Newest);
    }

    internal static CountSlot? SlotOf(string name) => name switch
    {
        "requests" => CountSlot.Requests,
        "errors" => CountSlot.Errors,
        "crashes" => CountSlot.Crashes,
        "critical_errors" => CountSlot.CriticalErrors,
        "score_1" => CountSlot.Score1,
        "score_2" => CountSlot.Score2,
        "score_3" => CountSlot.Score3,
        "score_4" => CountSlot.Score4,
        "score_5" => CountSlot.Score5,
        _ => null,
    };

    private sealed class Reading(FeedLayout layout, BatchLimits limits, DateTimeOffset now)
    {
        public FeedLayout Layout => layout;

        public BatchLimits Limits => limits;

        public DateTimeOffset Now => now;

        public Dictionary<(string, string), Target> Targets { get; } = [];

        public List<HealthBatch> Batches { get; } = [];

        public List<FeedFault> Faults { get; } = [];

        public int Unlabelled { get; private set; }

        public DateTimeOffset? Newest { get; set; }

        public void Sort(FeedCount count, RawSeries series)
        {
            if (series.Labels.GetValueOrDefault(layout.FlagLabel, "") is not { Length: > 0 } flag)
            {
                Unlabelled++;
                return;
            }

            var instance = layout.InstanceOf(series);
            if (!Targets.TryGetValue((flag, instance), out var target)) Targets[(flag, instance)] = target = new Target(flag, instance);
            Arm? arm = series.Labels.GetValueOrDefault(layout.ArmLabel, "") switch { "exposed" => Arm.Exposed, "control" => Arm.Control, "outside" => Arm.Outside, _ => null };
            if (arm is { } side) target.Add(layout, count, side, series);
            else target.Refuse(UndecidedCause.SeveralSeries, $"{count.Name} has no label {layout.ArmLabel} that says exposed, control or outside.");
        }
    }

    /// <summary>One flag's counters at one target: scraped together, so they share their times.</summary>
    private sealed class Target(string flag, string instance)
    {
        private readonly List<Counter> counters = [];
        private readonly Dictionary<(string, Arm, FeedPart), string> rests = [];
        private FeedFault? refused;

        public string Flag => flag;

        public string Instance => instance;

        public void Refuse(UndecidedCause cause, string detail) => refused ??= new FeedFault(flag, instance, cause, detail);

        public void Add(FeedLayout layout, FeedCount count, Arm arm, RawSeries series)
        {
            double? bound = null;
            if (count.Part == FeedPart.LatencyBuckets)
            {
                bound = series.Labels.GetValueOrDefault("le", "") switch
                {
                    "+Inf" => double.PositiveInfinity,
                    var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var upper) => upper * count.ToMilliseconds,
                    _ => double.NaN,
                };
                if (double.IsNaN(bound.Value)) Refuse(UndecidedCause.NotANumber, $"{count.Name} has a bucket without a bound.");
            }

            // What is left when all that was expected is taken away has to be the same for all.
            var rest = string.Join(',', series.Labels.Keys
                .Where(label => label is not ("__name__" or "le") && label != layout.FlagLabel && label != layout.ArmLabel && !layout.InstanceLabels.Contains(label) && !count.SumOver.Contains(label))
                .Order(StringComparer.Ordinal).Select(label => label + "=" + series.Labels[label]));
            if (!rests.TryAdd((count.Name, arm, count.Part), rest) && rests[(count.Name, arm, count.Part)] != rest)
                Refuse(UndecidedCause.SeveralSeries, $"{count.Name} comes as several series, {{{rests[(count.Name, arm, count.Part)]}}} and {{{rest}}}, where one is expected. Select one, or name in SumOver what is to be summed.");
            counters.Add(new Counter(count, arm, bound, series.Samples.ToDictionary(sample => sample.At, sample => sample.Value)));
        }

        public void Read(Reading reading, DateTimeOffset? taken, ImmutableArray<FeedCount> asked)
        {
            if (refused is not null)
            {
                reading.Faults.Add(refused);
                return;
            }

            // Both clocks were ahead; what was taken since is known by the names of its batches.
            if (taken is { } last && ClockPutBack.Shows(last, reading.Now)) taken = null;
            // Scrapes that the first answer has were complete before the later ones were asked for.
            var first = counters.Min(counter => asked.IndexOf(counter.Count));
            var times = counters.Where(counter => asked.IndexOf(counter.Count) == first).SelectMany(counter => counter.Samples.Keys).Distinct().Order().ToList();
            if (times.Count > 0 && (reading.Newest is null || times[^1] > reading.Newest)) reading.Newest = times[^1];
            for (var i = 1; i < times.Count; i++)
            {
                var (from, to) = (times[i - 1], times[i]);
                if (to <= taken || to < reading.Now - reading.Limits.Oldest || to - from > reading.Layout.Longest || to - from > reading.Limits.Longest) continue;
                if (to > reading.Now + reading.Limits.Skew)
                {
                    reading.Faults.Add(new FeedFault(flag, instance, UndecidedCause.Stale, "Its samples lie in the future; one of the two clocks is wrong."));
                    return;
                }

                if (Batch(reading.Layout, from, to, asked) is { } batch) reading.Batches.Add(batch);
                else reading.Faults.Add(new FeedFault(flag, instance, UndecidedCause.NotANumber, string.Create(CultureInfo.InvariantCulture, $"A counter was not a number between {from:HH:mm:ss} and {to:HH:mm:ss} UTC.")));
            }
        }

        /// <returns>Null when something is not a number.</returns>
        private HealthBatch? Batch(FeedLayout layout, DateTimeOffset from, DateTimeOffset to, ImmutableArray<FeedCount> asked)
        {
            var points = 0;
            var arms = new Tally?[3];
            foreach (var arm in (Arm[])[Arm.Exposed, Arm.Control, Arm.Outside])
            {
                var own = counters.Where(counter => counter.Arm == arm).ToList();
                if (own.Count == 0) continue;
                var tally = new Tally();
                if (!Count(tally, own, from, to, ref points)) return null;
                Complete(tally, own, asked);
                arms[(int)arm] = tally;
            }

            return new HealthBatch(
                layout.BatchIdOf(flag, instance, to), instance, from, to, null, flag, arms[(int)Arm.Exposed], arms[(int)Arm.Control], arms[(int)Arm.Outside], points);
        }

        private static bool Count(Tally tally, List<Counter> own, DateTimeOffset from, DateTimeOffset to, ref int points)
        {
            var buckets = new SortedDictionary<double, double>();
            foreach (var counter in own)
            {
                if (counter.Rise(from, to) is not { } rise) return false;
                points++;
                switch (counter.Count.Part)
                {
                    case FeedPart.LatencySum: tally[CountSlot.LatencyMicros] += Whole(rise * counter.Count.ToMilliseconds * 1000); break;
                    case FeedPart.LatencyCount: tally[CountSlot.LatencyCount] += Whole(rise); break;
                    case FeedPart.LatencyBuckets: buckets[counter.Bound!.Value] = buckets.GetValueOrDefault(counter.Bound.Value) + rise; break;
                    default:
                        if (SlotOf(counter.Count.Name) is { } slot) tally[slot] += Whole(rise);
                        else tally.AddOwn(counter.Count.Name, Whole(rise));
                        break;
                }
            }

            return buckets.Count == 0 || Bucket(tally, buckets);
        }

        // Bounds are cumulative; the last one, infinity, is all of them.
        private static bool Bucket(Tally tally, SortedDictionary<double, double> cumulative)
        {
            if (!double.IsPositiveInfinity(cumulative.Keys.Last())) return false;
            var below = 0L;
            foreach (var (bound, upTo) in cumulative)
            {
                var all = Whole(upTo);
                if (all < below) return false;
                tally.Buckets[LatencyBounds.BucketOf(bound)] += all - below;
                below = all;
            }

            tally[CountSlot.LatencyCount] = below;
            return true;
        }

        // A count without a series is zero where there was traffic, and unknown where there was none. More errors than
        // requests are left as they are: a request may have been scraped before it failed.
        private static void Complete(Tally tally, List<Counter> own, ImmutableArray<FeedCount> asked)
        {
            if (!own.Exists(counter => counter.Count.Name == "requests")) return;
            foreach (var count in asked.Where(count => count.Part == FeedPart.Count && tally[CountSlot.Requests] > 0 && !own.Exists(counter => counter.Count == count)))
            {
                if (SlotOf(count.Name) is { } slot) tally[slot] = 0;
                else tally.AddOwn(count.Name, 0);
            }
        }

        private static long Whole(double count) => (long)Math.Round(count);
    }

    private sealed record Counter(FeedCount Count, Arm Arm, double? Bound, Dictionary<DateTimeOffset, double> Samples)
    {
        /// <returns>Null when one of the two is not a number that a counter can have.</returns>
        public double? Rise(DateTimeOffset from, DateTimeOffset to)
        {
            if (!Samples.TryGetValue(to, out var after)) return 0;
            var before = Samples.GetValueOrDefault(from);
            if (!IsCount(before) || !IsCount(after)) return null;
            return after >= before ? after - before : after;
        }

        private static bool IsCount(double value) => double.IsFinite(value) && value is >= 0 and < 1e15;
    }
}

/// <summary>What could be made of the answers.</summary>
/// <param name="Batches">Oldest first.</param>
/// <param name="Series">How many there were.</param>
/// <param name="Unlabelled">How many of them name no flag and are not used.</param>
/// <param name="Newest">The newest scrape.</param>
public sealed record FeedReading(
    ImmutableArray<HealthBatch> Batches, ImmutableArray<FeedFault> Faults, int Series, int Unlabelled, DateTimeOffset? Newest);

/// <param name="Flag">Empty when it concerns the whole source.</param>
public sealed record FeedFault(string Flag, string Instance, UndecidedCause Cause, string Detail);
