using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>The part of a batch that counts: <c>arms</c>.</summary>
internal static class ArmReader
{
    /// <summary>The largest count taken, so that no sum can overflow.</summary>
    private const long Most = 1_000_000_000_000;

    private const int MostOwnCounts = 20;
    private const int MostBuckets = 100;

    private static readonly MemberNames ArmNames = new("exposed", "control", "outside");
    private static readonly MemberNames CountsOfArm = new("requests", "errors", "crashes", "criticalErrors", "latency", "scores", "users", "adopters", "counts");
    private static readonly MemberNames LatencyNames = new("sumMs", "count", "buckets");
    private static readonly MemberNames BucketNames = new("leMs", "count");
    private static readonly MemberNames ScoreNames = new("1", "2", "3", "4", "5");

    internal struct Arms
    {
        public Tally? Exposed;
        public Tally? Control;
        public Tally? Outside;
        public int Points;
    }

    public static Arms Read(JsonElement value, FaultList faults, Func<string, bool> isOwnCount)
    {
        var arms = default(Arms);
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add("arms", "must be an object", value, "{ exposed, control, outside }");
            return arms;
        }

        var before = faults.Seen;
        foreach (var (name, arm) in faults.Members(value, "arms", ArmNames))
        {
            switch (name)
            {
                case "exposed": arms.Exposed = ReadArm(arm, "arms.exposed", faults, isOwnCount, ref arms.Points); break;
                case "control": arms.Control = ReadArm(arm, "arms.control", faults, isOwnCount, ref arms.Points); break;
                case "outside": arms.Outside = ReadArm(arm, "arms.outside", faults, isOwnCount, ref arms.Points); break;
            }
        }

        if (faults.Seen == before && arms is { Exposed: null, Control: null, Outside: null })
            faults.Add("arms", "is empty", null, "at least one of exposed, control, outside");
        return arms;
    }

    private static Tally? ReadArm(JsonElement value, string place, FaultList faults, Func<string, bool> isOwnCount, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object", value, "{ requests, errors, … }");
            return null;
        }

        var tally = new Tally();
        var sawLatency = default(JsonElement?);
        foreach (var (name, member) in faults.Members(value, place, CountsOfArm))
        {
            var at = new Place(place, name);
            switch (name)
            {
                case "requests": Count(member, at, tally, CountSlot.Requests, faults, ref points); break;
                case "errors": Count(member, at, tally, CountSlot.Errors, faults, ref points); break;
                case "crashes": Count(member, at, tally, CountSlot.Crashes, faults, ref points); break;
                case "criticalErrors": Count(member, at, tally, CountSlot.CriticalErrors, faults, ref points); break;
                case "users": Count(member, at, tally, CountSlot.Users, faults, ref points); break;
                case "adopters": Count(member, at, tally, CountSlot.Adopters, faults, ref points); break;
                case "latency": sawLatency = member; break;
                case "scores": ReadScores(member, place + ".scores", tally, faults, ref points); break;
                case "counts": ReadOwn(member, place + ".counts", tally, faults, isOwnCount, ref points); break;
            }
        }

        if (sawLatency is { } latency) ReadLatency(latency, place + ".latency", tally, faults, ref points);
        AtMost(tally, CountSlot.Errors, CountSlot.Requests, new Place(place, "errors"), "requests", faults);
        AtMost(tally, CountSlot.Crashes, CountSlot.Requests, new Place(place, "crashes"), "requests", faults);
        AtMost(tally, CountSlot.Adopters, CountSlot.Users, new Place(place, "adopters"), "users", faults);
        return tally;
    }

    private static void ReadLatency(JsonElement value, string place, Tally tally, FaultList faults, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object", value, "{ sumMs, count, buckets }");
            return;
        }

        var (sawSum, sawCount) = (false, false);
        JsonElement? buckets = null;
        foreach (var (name, member) in faults.Members(value, place, LatencyNames))
        {
            switch (name)
            {
                case "sumMs":
                    sawSum = true;
                    points++;
                    if (Number(member, new Place(place, name), faults) is { } sum) tally[CountSlot.LatencyMicros] = (long)Math.Round(sum * 1000);
                    break;
                case "count":
                    sawCount = true;
                    Count(member, new Place(place, name), tally, CountSlot.LatencyCount, faults, ref points);
                    break;
                case "buckets": buckets = member; break;
            }
        }

        if (!sawSum) faults.Add(new Place(place, "sumMs"), "is missing");
        if (!sawCount) tally[CountSlot.LatencyCount] = tally[CountSlot.Requests];
        if (tally[CountSlot.LatencyMicros] > 0 && tally[CountSlot.LatencyCount] == 0)
            faults.Add(new Place(place, "count"), "is 0 although there is a sum", "0", "at least 1");
        if (buckets is { } given) ReadBuckets(given, place + ".buckets", tally, faults, ref points);
    }

    private static void ReadBuckets(JsonElement value, string place, Tally tally, FaultList faults, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            faults.Add(place, "must be a list", value, "[{ leMs, count }, …], bounds ascending");
            return;
        }

        var before = faults.Seen;
        var (last, total, index) = (0.0, 0L, 0);
        foreach (var bucket in value.EnumerateArray())
        {
            var at = new Place(place, Index: index);
            if (index++ >= MostBuckets)
            {
                faults.Add(place, "has too many buckets", null, string.Create(CultureInfo.InvariantCulture, $"at most {MostBuckets}"));
                return;
            }

            if (bucket.ValueKind != JsonValueKind.Object)
            {
                faults.Add(at, "must be an object", bucket, "{ leMs, count }");
                continue;
            }

            double? bound = null;
            long? count = null;
            var (sawBound, sawCount) = (false, false);
            foreach (var (name, member) in faults.Members(bucket, at, BucketNames))
            {
                if (name == "leMs") (bound, sawBound) = (Number(member, at with { Member = name }, faults), true);
                else (count, sawCount) = (Whole(member, at with { Member = name }, faults), true);
            }

            points++;
            if (!sawBound) faults.Add(at with { Member = "leMs" }, "is missing");
            if (!sawCount) faults.Add(at with { Member = "count" }, "is missing");
            if (bound is not { } upper) continue;
            if (upper <= last) faults.Add(at with { Member = "leMs" }, "must be above the bound before it", upper.ToString(CultureInfo.InvariantCulture), "more than " + last.ToString(CultureInfo.InvariantCulture));
            last = Math.Max(last, upper);
            total += count ?? 0;
            tally.Buckets[LatencyBounds.BucketOf(upper)] += count ?? 0;
        }

        if (faults.Seen > before) return;
        var above = tally[CountSlot.LatencyCount] - total;
        if (above < 0) faults.Add(place, "count more than there are response times", total.ToString(CultureInfo.InvariantCulture), "in all at most " + tally[CountSlot.LatencyCount].ToString(CultureInfo.InvariantCulture));
        else tally.Buckets[^1] += above;
    }

    private static void ReadScores(JsonElement value, string place, Tally tally, FaultList faults, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object", value, "counts per score: { \"5\": 12, \"4\": 3 }");
            return;
        }

        foreach (var (name, member) in faults.Members(value, place, ScoreNames))
            Count(member, new Place(place, name), tally, CountSlot.Score1 + (name[0] - '1'), faults, ref points);
    }

    private static void ReadOwn(JsonElement value, string place, Tally tally, FaultList faults, Func<string, bool> isOwnCount, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object", value, "{ name: count }");
            return;
        }

        var seen = 0;
        foreach (var (name, member) in faults.Members(value, place))
        {
            if (++seen > MostOwnCounts)
            {
                faults.Add(place, "has too many counts", null, string.Create(CultureInfo.InvariantCulture, $"at most {MostOwnCounts}"));
                return;
            }

            points++;
            if (!isOwnCount(name)) faults.Add(new Place(place, name), "no metric of the process is made of it", null, "a count that the metric catalogue names");
            else if (Whole(member, new Place(place, name), faults) is { } count) tally.AddOwn(name, count);
        }
    }

    private static void Count(JsonElement value, Place place, Tally tally, CountSlot slot, FaultList faults, ref int points)
    {
        points++;
        if (Whole(value, place, faults) is { } count) tally[slot] = count;
    }

    private static long? Whole(JsonElement value, Place place, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and <= Most) return count;
        faults.Add(place, "must be a whole number", value, "0 to 1,000,000,000,000");
        return null;
    }

    private static double? Number(JsonElement value, Place place, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= Most) return number;
        faults.Add(place, "must be a number", value, "0 to 1,000,000,000,000");
        return null;
    }

    private static void AtMost(Tally tally, CountSlot part, CountSlot whole, Place place, string of, FaultList faults)
    {
        if (tally[part] > tally[whole])
            faults.Add(place, "are more than the " + of, tally[part].ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"at most {tally[whole]}"));
    }
}
