using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// A wager on harm that may begin at any time. It starts with one unit of cash. From time to time a share of the cash
/// is staked: spread evenly over the grid, where every batch multiplies it by that grid point's factor. The evidence is
/// cash and stakes together.
/// </summary>
/// <remarks>
/// <para>
/// Validity: each factor has an expectation of at most one while there is no harm, whatever happened before, and how
/// much is staked is settled before the batch. So the total is a nonnegative supermartingale that starts at one, and by
/// Ville's inequality it ever reaches 1/alpha with a probability of at most alpha, however often one looks.
/// </para>
/// <para>
/// It is the mixture over starts without its memory: staking 1/(j+1) of the cash at the beginning of hour j gives
/// exactly sum over j of 1/(j(j+1)) × mean over the grid of the product since then, plus 1/(J+1). Stakes of one grid
/// point grow by the same factors whenever they began, so one sum for each is all that has to be kept, however many
/// starts there were. That allows to start anew every minute (<see cref="StakePlan"/>) where the state with one sum per
/// start allowed it every hour.
/// </para>
/// </remarks>
public sealed class StartMixture
{
    private readonly double[] stakes;
    private double cash;

    public StartMixture(int points)
    {
        stakes = new double[points];
        Array.Fill(stakes, double.NegativeInfinity);
    }

    private StartMixture(State state)
    {
        stakes = [.. state.Stakes.Select(stake => stake ?? double.NegativeInfinity)];
        cash = state.Cash ?? double.NegativeInfinity;
    }

    /// <summary>All that is staked at once: one start, and the plain product from there on.</summary>
    public static StartMixture OfOneStart(int points)
    {
        var mixture = new StartMixture(points);
        mixture.Stake(1);
        return mixture;
    }

    /// <summary>A start: harm may begin now.</summary>
    /// <param name="share">Of the cash, 0 to 1; settled before what follows is known.</param>
    public void Stake(double share)
    {
        if (!(share > 0)) return;
        var moved = cash + Math.Log(share) - Math.Log(stakes.Length);
        for (var k = 0; k < stakes.Length; k++) stakes[k] = LogSum(stakes[k], moved);
        cash += Math.Log(1 - Math.Min(1, share));
    }

    /// <param name="logFactors">Per grid point; what one batch multiplies the stakes by.</param>
    public void Add(ReadOnlySpan<double> logFactors)
    {
        for (var k = 0; k < stakes.Length; k++) stakes[k] += logFactors[k];
    }

    /// <summary>Natural logarithm of the evidence; the evidence itself can leave the range of a double.</summary>
    public double LogValue()
    {
        var highest = cash;
        foreach (var stake in stakes) highest = Math.Max(highest, stake);
        if (!double.IsFinite(highest)) return highest;
        var sum = Math.Exp(cash - highest);
        foreach (var stake in stakes) sum += Math.Exp(stake - highest);
        return highest + Math.Log(sum);
    }

    public StartMixture Copy()
    {
        var copy = new StartMixture(stakes.Length) { cash = cash };
        stakes.CopyTo(copy.stakes, 0);
        return copy;
    }

    /// <summary>Everything that has to survive a restart. Nothing, whose logarithm JSON cannot write, is null.</summary>
    public State Save() => new(Finite(cash), [.. stakes.Select(Finite)]);

    public static StartMixture From(State state) => new(state);

    private static double? Finite(double log) => double.IsFinite(log) ? log : null;

    private static double LogSum(double one, double other)
    {
        var (high, low) = one > other ? (one, other) : (other, one);
        return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }

    /// <param name="Cash">Natural logarithm.</param>
    /// <param name="Stakes">Natural logarithms, by grid point.</param>
    public sealed record State(double? Cash, ImmutableArray<double?> Stakes);
}
