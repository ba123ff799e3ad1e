namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>What both encodings say in the same numbers.</summary>
internal static class OtlpKinds
{
    /// <summary>Attributes of one point or resource that are read; OpenTelemetry's own limit.</summary>
    public const int MostAttributes = 128;

    /// <summary>Points of one export that are counted.</summary>
    public const int MostPoints = 50_000;

    public static void Add(List<OtlpPoint> points, OtlpPoint point)
    {
        if (points.Count >= MostPoints) throw new OtlpFaultException("The export has more than 50,000 data points that are counted. Send fewer at once.", isTooLarge: true);
        points.Add(point);
    }

    public static OtlpKind OfTemporality(int temporality) => temporality switch
    {
        1 => OtlpKind.Delta,
        2 => OtlpKind.Cumulative,
        _ => OtlpKind.Unspecified,
    };

    /// <summary>Nanoseconds since 1970; null for zero, which means that it is not known.</summary>
    public static DateTimeOffset? Instant(ulong nanoseconds) =>
        nanoseconds == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100));
}
