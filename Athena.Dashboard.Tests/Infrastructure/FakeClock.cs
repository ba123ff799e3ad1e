namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>
/// Time that moves only when told. Timers fire during <see cref="Advance"/>, in the order of their due times; the
/// monotonic timestamp can be moved apart from the wall clock, to play a clock that jumps.
/// </summary>
public sealed class FakeClock(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start ?? new DateTimeOffset(2025, 8, 1, 9, 0, 0, TimeSpan.Zero);
    private TimeSpan monotonic = TimeSpan.Zero;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait to fire; tests wait for one to be there before they advance.</summary>
    public int WaitingTimers
    {
        get
        {
            lock (gate) return timers.Count(timer => timer.Due is not null);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp()
    {
        lock (gate) return monotonic.Ticks;
    }

    /// <summary>Moves both clocks and fires what comes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (gate) end = monotonic + by;
        while (true)
        {
            Timer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due is { } due && due <= end).MinBy(timer => timer.Due);
                var to = next?.Due ?? end;
                if (to > monotonic)
                {
                    now += to - monotonic;
                    monotonic = to;
                }

                if (next is null) return;
                next.Due = next.Period is { } period ? next.Due + period : null;
            }

            next.Fire();
        }
    }

    /// <summary>
    /// Moves both clocks at once, as a machine's do that slept: what came due meanwhile fires once, at the end. For hours
    /// that pass over a whole server, whose workers look once a second.
    /// </summary>
    public void Leap(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Timer[] due;
        lock (gate)
        {
            now += by;
            monotonic += by;
            due = [.. timers.Where(timer => timer.Due <= monotonic).OrderBy(timer => timer.Due)];
            foreach (var timer in due) timer.Due = timer.Period is { } period ? monotonic + period : null;
        }

        foreach (var timer in due) timer.Fire();
    }

    /// <summary>Moves the wall clock alone, as an operator or NTP would.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (gate) now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        lock (gate)
        {
            // Together: time that passes in between would pass the timer by.
            timer.Change(dueTime, period);
            timers.Add(timer);
        }

        return timer;
    }

    private sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.monotonic + dueTime;
                Period = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period;
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
