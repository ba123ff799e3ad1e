using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Products of evidence that begin anew every hour, mixed: sum over starts j of 1/(j(j+1)) times the mean over the grid
/// of the product since then, plus 1/(J+1) for the starts still to come. The weights sum to one, so under "no harm" the
/// expectation is one at any time and Ville's inequality holds; and healthy days do not pile up evidence that later harm
/// would first have to undo.
/// </summary>
/// <remarks>
/// Per grid point one running log sum is kept, and where it stood when each start began; the products are differences.
/// That is the whole state, small enough to be stored with every tick.
/// </remarks>
public sealed class StartMixture
{
    private readonly int points;
    private readonly double[] sums;
    private readonly List<double[]> starts = [];

    public StartMixture(int points)
    {
        this.points = points;
        sums = new double[points];
        Begin();
    }

    private StartMixture(State state)
    {
        points = state.Sums.Length;
        sums = [.. state.Sums];
        starts.AddRange(state.Starts.Select(start => start.ToArray()));
    }

    /// <summary>How many starts there are; at least one.</summary>
    public int Starts => starts.Count;

    /// <summary>An hour has gone by.</summary>
    public void Begin() => starts.Add([.. sums]);

    /// <param name="logFactors">Per grid point; what one batch adds to every product.</param>
    public void Add(ReadOnlySpan<double> logFactors)
    {
        for (var k = 0; k < points; k++) sums[k] += logFactors[k];
    }

    /// <summary>The evidence of one start alone, without the mixture. The first is 0.</summary>
    public double OfStart(int start) => Math.Exp(LogMean(starts[start]));

    /// <summary>Natural logarithm of the evidence; the evidence itself can leave the range of a double.</summary>
    public double LogValue()
    {
        var logs = new double[starts.Count + 1];
        for (var j = 1; j <= starts.Count; j++) logs[j - 1] = LogMean(starts[j - 1]) - Math.Log(j * (j + 1.0));
        logs[^1] = -Math.Log(starts.Count + 1.0);
        return LogSum(logs);
    }

    /// <summary>Everything that has to survive a restart.</summary>
    public State Save() => new([.. sums], [.. starts.Select(start => start.ToImmutableArray())]);

    public static StartMixture From(State state) => new(state);

    private double LogMean(double[] start)
    {
        Span<double> logs = stackalloc double[points];
        for (var k = 0; k < points; k++) logs[k] = double.IsNegativeInfinity(sums[k]) ? double.NegativeInfinity : sums[k] - start[k];
        return LogSum(logs) - Math.Log(points);
    }

    private static double LogSum(ReadOnlySpan<double> logs)
    {
        var highest = double.NegativeInfinity;
        foreach (var log in logs) highest = Math.Max(highest, log);
        if (double.IsNegativeInfinity(highest)) return highest;
        var sum = 0.0;
        foreach (var log in logs) sum += Math.Exp(log - highest);
        return highest + Math.Log(sum);
    }

    public sealed record State(ImmutableArray<double> Sums, ImmutableArray<ImmutableArray<double>> Starts);
}
