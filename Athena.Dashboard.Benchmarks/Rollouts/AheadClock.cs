namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>The real clock, which can be put forward: ten seconds of reports need not be waited for.</summary>
internal sealed class AheadClock : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan time) => ahead += time;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);
}
