using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// One length of time into which counts are put, in memory and in storage. The finest decides how exactly the
/// beginning of a stage can be told from the end of the one before: half a second, for plans whose stages last
/// seconds. Each length is a multiple of the one before it.
/// </summary>
/// <param name="Length">Of one cell.</param>
/// <param name="Cells">How many are kept in memory.</param>
/// <param name="Keep">How long stored rows are kept.</param>
public sealed record Rung(TimeSpan Length, int Cells, TimeSpan Keep)
{
    /// <summary>Cells that a batch from a clock ahead of ours may have taken already.</summary>
    private readonly int ahead = (int)(BatchLimits.Default.Skew.Ticks / Length.Ticks) + 2;

    private static readonly TimeSpan ThirteenMonths = TimeSpan.FromDays(397);

    /// <summary>Finest first. In all 812 cells, some 280 KB for both arms of a rollout that is two months old.</summary>
    public static readonly ImmutableArray<Rung> Ladder =
    [
        new(TimeSpan.FromMilliseconds(500), 140, TimeSpan.FromHours(1)),
        new(TimeSpan.FromSeconds(10), 140, TimeSpan.FromDays(7)),
        new(TimeSpan.FromMinutes(1), 150, ThirteenMonths),
        new(TimeSpan.FromMinutes(10), 150, ThirteenMonths),
        new(TimeSpan.FromHours(1), 170, ThirteenMonths),
        new(TimeSpan.FromDays(1), 62, ThirteenMonths),
    ];

    public static Rung Finest => Ladder[0];

    /// <summary>Cells hold what ended after their beginning, up to and including their end.</summary>
    public long CellOf(DateTimeOffset instant) => (instant.UtcTicks - 1) / Length.Ticks;

    /// <param name="finest">A cell of the finest rung.</param>
    public long CellOf(long finest) => finest * Finest.Length.Ticks / Length.Ticks;

    public DateTimeOffset EndOf(long cell) => StartOf(cell + 1);

    public DateTimeOffset StartOf(long cell) => new(cell * Length.Ticks, TimeSpan.Zero);

    /// <summary>Everything that ended after this instant is still in memory.</summary>
    public long HorizonTicks(DateTimeOffset now) => Math.Max(0, CellOf(now) - Cells + 1 + ahead) * Length.Ticks;
}
