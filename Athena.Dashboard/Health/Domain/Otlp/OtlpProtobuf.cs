using System.Collections.Immutable;
using System.Globalization;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>
/// Reads an <c>ExportMetricsServiceRequest</c> in protobuf (opentelemetry-proto 1.x; the numbers are its fields').
/// Metrics that nobody counts are passed over unread.
/// </summary>
internal static class OtlpProtobuf
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <param name="isWanted">Whether a metric of this name is counted.</param>
    /// <exception cref="OtlpFaultException">It is not such a message.</exception>
    public static List<OtlpPoint> Read(ReadOnlySpan<byte> bytes, Func<string, bool> isWanted)
    {
        var points = new List<OtlpPoint>();
        var request = new WireReader(bytes);
        while (request.Read())
        {
            if (request.Field == 1) ReadResource(request.Message, isWanted, points);
        }

        return points;
    }

    private static void ReadResource(WireReader message, Func<string, bool> isWanted, List<OtlpPoint> points)
    {
        // Fields may come in any order, and every point needs the resource.
        var resource = Nothing;
        var again = message;
        while (message.Read())
        {
            if (message.Field == 1) resource = ReadAttributes(message.Message, 1);
        }

        while (again.Read())
        {
            if (again.Field == 2) ReadScope(again.Message, resource, isWanted, points);
        }
    }

    private static void ReadScope(WireReader message, Dictionary<string, string> resource, Func<string, bool> isWanted, List<OtlpPoint> points)
    {
        var scope = "";
        var again = message;
        while (message.Read())
        {
            if (message.Field != 1) continue;
            var named = message.Message;
            while (named.Read())
            {
                if (named.Field == 1) scope = named.Text;
            }
        }

        while (again.Read())
        {
            if (again.Field == 2) ReadMetric(again.Message, scope, resource, isWanted, points);
        }
    }

    private static void ReadMetric(WireReader message, string scope, Dictionary<string, string> resource, Func<string, bool> isWanted, List<OtlpPoint> points)
    {
        var (name, unit) = ("", "");
        var again = message;
        while (message.Read())
        {
            if (message.Field == 1) name = message.Text;
            else if (message.Field == 3) unit = message.Text;
        }

        if (!isWanted(name)) return;
        var of = new Metric(name, unit, scope, resource, points);
        while (again.Read())
        {
            switch (again.Field)
            {
                case 5: of.ReadPoints(again.Message, MetricForm.Gauge); break;
                case 7: of.ReadPoints(again.Message, MetricForm.Sum); break;
                case 9: of.ReadPoints(again.Message, MetricForm.Histogram); break;
                case 10: of.ReadPoints(again.Message, MetricForm.Exponential); break;
                case 11: of.ReadPoints(again.Message, MetricForm.Summary); break;
            }
        }
    }

    private enum MetricForm
    {
        Gauge,
        Sum,
        Histogram,
        Exponential,
        Summary,
    }

    private sealed record Metric(string Name, string Unit, string Scope, Dictionary<string, string> Resource, List<OtlpPoint> Points)
    {
        public void ReadPoints(WireReader message, MetricForm form)
        {
            var (temporality, isMonotonic) = (0UL, false);
            var again = message;
            while (message.Read())
            {
                if (message.Field == 2) temporality = message.Number;
                else if (message.Field == 3) isMonotonic = message.Number != 0;
            }

            var kind = KindOf(form, temporality, isMonotonic);
            while (again.Read())
            {
                if (again.Field != 1) continue;
                OtlpKinds.Add(Points, form switch
                {
                    MetricForm.Histogram => ReadHistogram(again.Message, kind),
                    MetricForm.Exponential => ReadExponential(again.Message, kind),
                    _ => ReadNumber(again.Message, kind),
                });
            }
        }

        private static OtlpKind KindOf(MetricForm form, ulong temporality, bool isMonotonic) => form switch
        {
            MetricForm.Summary => OtlpKind.Other,
            MetricForm.Gauge => OtlpKind.Gauge,
            MetricForm.Sum when !isMonotonic && temporality == 2 => OtlpKind.Gauge,
            MetricForm.Sum when !isMonotonic => OtlpKind.Other,
            _ => OtlpKinds.OfTemporality((int)Math.Min(temporality, 9)),
        };

        private OtlpPoint ReadNumber(WireReader message, OtlpKind kind)
        {
            var head = new Head();
            var value = 0.0;
            while (message.Read())
            {
                if (head.Takes(ref message, 7, 8)) continue;
                if (message.Field == 4) value = message.Double;
                else if (message.Field == 6) value = (long)message.Number;
            }

            return PointOf(head, kind, value, null);
        }

        private OtlpPoint ReadHistogram(WireReader message, OtlpKind kind)
        {
            var head = new Head();
            var count = 0L;
            double? sum = null;
            var (counts, bounds) = (ImmutableArray.CreateBuilder<ulong>(), ImmutableArray.CreateBuilder<ulong>());
            while (message.Read())
            {
                if (head.Takes(ref message, 9, 10)) continue;
                switch (message.Field)
                {
                    case 4: count = (long)message.Number; break;
                    case 5: sum = message.Double; break;
                    case 6: message.AddTo(counts); break;
                    case 7: message.AddTo(bounds); break;
                }
            }

            var histogram = new OtlpHistogram(
                count, sum, [.. bounds.Select(BitConverter.UInt64BitsToDouble)], [.. counts.Select(some => (long)some)]);
            return PointOf(head, kind, count, histogram);
        }

        private OtlpPoint ReadExponential(WireReader message, OtlpKind kind)
        {
            var head = new Head();
            var (count, zeros, scale) = (0L, 0L, 0);
            double? sum = null;
            (int Offset, ImmutableArray<long> Counts) positive = (0, []), negative = (0, []);
            while (message.Read())
            {
                if (head.Takes(ref message, 1, 10)) continue;
                switch (message.Field)
                {
                    case 4: count = (long)message.Number; break;
                    case 5: sum = message.Double; break;
                    case 6: scale = ZigZag(message.Number); break;
                    case 7: zeros = (long)message.Number; break;
                    case 8: positive = ReadBuckets(message.Message); break;
                    case 9: negative = ReadBuckets(message.Message); break;
                }
            }

            var histogram = OtlpHistogram.Exponential(count, sum, scale, zeros, positive.Offset, positive.Counts, negative.Counts);
            return PointOf(head, histogram is null ? OtlpKind.Other : kind, count, histogram);
        }

        private static (int Offset, ImmutableArray<long> Counts) ReadBuckets(WireReader message)
        {
            var offset = 0;
            var counts = ImmutableArray.CreateBuilder<long>();
            while (message.Read())
            {
                if (message.Field == 1) offset = ZigZag(message.Number);
                else if (message.Field == 2) message.AddVarintsTo(counts);
            }

            return (offset, counts.ToImmutable());
        }

        private static int ZigZag(ulong number) => (int)(uint)(number >> 1) ^ -(int)(number & 1);

        private OtlpPoint PointOf(Head head, OtlpKind kind, double value, OtlpHistogram? histogram) =>
            new(Name, Unit, kind, Scope, Resource, head.Attributes ?? Nothing, OtlpKinds.Instant(head.Start), OtlpKinds.Instant(head.At) ?? DateTimeOffset.UnixEpoch, value, histogram)
            {
                HasNoValue = (head.Flags & 1) != 0,
            };
    }

    /// <summary>What points of all kinds have in common.</summary>
    private struct Head
    {
        public Dictionary<string, string>? Attributes;
        public ulong Start;
        public ulong At;
        public ulong Flags;

        public bool Takes(ref WireReader message, int attributes, int flags)
        {
            if (message.Field == attributes) ReadAttribute(message.Message, Attributes ??= new Dictionary<string, string>(StringComparer.Ordinal));
            else if (message.Field == 2) Start = message.Number;
            else if (message.Field == 3) At = message.Number;
            else if (message.Field == flags) Flags = message.Number;
            else return false;
            return true;
        }
    }

    private static Dictionary<string, string> ReadAttributes(WireReader message, int field)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (message.Read())
        {
            if (message.Field == field) ReadAttribute(message.Message, attributes);
        }

        return attributes;
    }

    // A list or a map is no label.
    private static void ReadAttribute(WireReader message, Dictionary<string, string> attributes)
    {
        if (attributes.Count >= OtlpKinds.MostAttributes) return;
        var name = "";
        string? text = null;
        while (message.Read())
        {
            if (message.Field == 1) name = message.Text;
            if (message.Field != 2) continue;
            var value = message.Message;
            while (value.Read())
            {
                text = value.Field switch
                {
                    1 => value.Text,
                    2 => value.Number != 0 ? "true" : "false",
                    3 => ((long)value.Number).ToString(CultureInfo.InvariantCulture),
                    4 => value.Double.ToString(CultureInfo.InvariantCulture),
                    _ => text,
                };
            }
        }

        if (text is not null) attributes[name] = text;
    }
}
