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
        foreach (var (name, arm) in faults.Members(value, "arms."))
        {
            switch (name)
            {
                case "exposed": arms.Exposed = ReadArm(arm, "arms.exposed", faults, isOwnCount, ref arms.Points); break;
                case "control": arms.Control = ReadArm(arm, "arms.control", faults, isOwnCount, ref arms.Points); break;
                case "outside": arms.Outside = ReadArm(arm, "arms.outside", faults, isOwnCount, ref arms.Points); break;
                default: faults.Unknown("arms." + name, "exposed, control, outside"); break;
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
        foreach (var (name, member) in faults.Members(value, place + "."))
        {
            var at = place + "." + name;
            switch (name)
            {
                case "requests": Count(member, at, tally, CountSlot.Requests, faults, ref points); break;
                case "errors": Count(member, at, tally, CountSlot.Errors, faults, ref points); break;
                case "crashes": Count(member, at, tally, CountSlot.Crashes, faults, ref points); break;
                case "criticalErrors": Count(member, at, tally, CountSlot.CriticalErrors, faults, ref points); break;
                case "users": Count(member, at, tally, CountSlot.Users, faults, ref points); break;
                case "adopters": Count(member, at, tally, CountSlot.Adopters, faults, ref points); break;
                case "latency": sawLatency = member; break;
                case "scores": ReadScores(member, at, tally, faults, ref points); break;
                case "counts": ReadOwn(member, at, tally, faults, isOwnCount, ref points); break;
                default: faults.Unknown(at, "requests, errors, crashes, criticalErrors, latency, scores, users, adopters, counts"); break;
            }
        }

        if (sawLatency is { } latency) ReadLatency(latency, place + ".latency", tally, faults, ref points);
        AtMost(tally, CountSlot.Errors, CountSlot.Requests, place + ".errors", "requests", faults);
        AtMost(tally, CountSlot.Crashes, CountSlot.Requests, place + ".crashes", "requests", faults);
        AtMost(tally, CountSlot.Adopters, CountSlot.Users, place + ".adopters", "users", faults);
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
        foreach (var (name, member) in faults.Members(value, place + "."))
        {
            switch (name)
            {
                case "sumMs":
                    sawSum = true;
                    points++;
                    if (Number(member, place + ".sumMs", faults) is { } sum) tally[CountSlot.LatencyMicros] = (long)Math.Round(sum * 1000);
                    break;
                case "count":
                    sawCount = true;
                    Count(member, place + ".count", tally, CountSlot.LatencyCount, faults, ref points);
                    break;
                case "buckets": buckets = member; break;
                default: faults.Unknown(place + "." + name, "sumMs, count, buckets"); break;
            }
        }

        if (!sawSum) faults.Add(place + ".sumMs", "is missing");
        if (!sawCount) tally[CountSlot.LatencyCount] = tally[CountSlot.Requests];
        if (tally[CountSlot.LatencyMicros] > 0 && tally[CountSlot.LatencyCount] == 0)
            faults.Add(place + ".count", "is 0 although there is a sum", "0", "at least 1");
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
            var at = string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]");
            if (index > 100)
            {
                faults.Add(place, "has too many buckets", null, "at most 100");
                return;
            }

            if (bucket.ValueKind != JsonValueKind.Object)
            {
                faults.Add(at, "must be an object", bucket, "{ leMs, count }");
                continue;
            }

            double? bound = null;
            long? count = null;
            foreach (var (name, member) in faults.Members(bucket, at + "."))
            {
                if (name == "leMs") bound = Number(member, at + ".leMs", faults);
                else if (name == "count") count = Whole(member, at + ".count", faults);
                else faults.Unknown(at + "." + name, "leMs, count");
            }

            points++;
            if (bound is null && !bucket.TryGetProperty("leMs", out _)) faults.Add(at + ".leMs", "is missing");
            if (count is null && !bucket.TryGetProperty("count", out _)) faults.Add(at + ".count", "is missing");
            if (bound is not { } upper) continue;
            if (upper <= last) faults.Add(at + ".leMs", "must be above the bound before it", upper.ToString(CultureInfo.InvariantCulture), "more than " + last.ToString(CultureInfo.InvariantCulture));
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

        foreach (var (name, member) in faults.Members(value, place + "."))
        {
            if (name is ['1' or '2' or '3' or '4' or '5']) Count(member, place + "." + name, tally, CountSlot.Score1 + (name[0] - '1'), faults, ref points);
            else faults.Unknown(place + "." + name, "1, 2, 3, 4, 5");
        }
    }

    private static void ReadOwn(JsonElement value, string place, Tally tally, FaultList faults, Func<string, bool> isOwnCount, ref int points)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object", value, "{ name: count }");
            return;
        }

        var seen = 0;
        foreach (var (name, member) in faults.Members(value, place + "."))
        {
            if (++seen > MostOwnCounts)
            {
                faults.Add(place, "has too many counts", null, string.Create(CultureInfo.InvariantCulture, $"at most {MostOwnCounts}"));
                return;
            }

            points++;
            if (!isOwnCount(name)) faults.Add(place + "." + name, "no metric of the process is made of it", null, "a count that the metric catalogue names");
            else if (Whole(member, place + "." + name, faults) is { } count) tally.AddOwn(name, count);
        }
    }

    private static void Count(JsonElement value, string place, Tally tally, CountSlot slot, FaultList faults, ref int points)
    {
        points++;
        if (Whole(value, place, faults) is { } count) tally[slot] = count;
    }

    private static long? Whole(JsonElement value, string place, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and <= Most) return count;
        faults.Add(place, "must be a whole number", value, "0 to 1,000,000,000,000");
        return null;
    }

    private static double? Number(JsonElement value, string place, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= Most) return number;
        faults.Add(place, "must be a number", value, "0 to 1,000,000,000,000");
        return null;
    }

    private static void AtMost(Tally tally, CountSlot part, CountSlot whole, string place, string of, FaultList faults)
    {
        if (tally[part] > tally[whole])
            faults.Add(place, "are more than the " + of, tally[part].ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"at most {tally[whole]}"));
    }
}
