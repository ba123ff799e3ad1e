namespace Athena.Dashboard.Platform.Kernel;

/// <summary>
/// A clock that was ahead and is right again leaves times behind that lie in the future. Taken at their word, they would
/// keep whatever waits for them, or looks no further back, waiting for as long as the clock was ahead.
/// </summary>
public static class ClockPutBack
{
    /// <summary>Clocks of two machines may be so far apart without either being wrong.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>Whether what was noted then can only have been noted by a clock that was ahead.</summary>
    public static bool Shows(DateTimeOffset noted, DateTimeOffset now) => noted > now + Tolerance;
}
