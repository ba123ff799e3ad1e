using System.Numerics;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// How many different users were seen, in 4 KB and without keeping any of them: a HyperLogLog sketch with 4,096
/// registers (Flajolet et al. 2007), read with Ertl's estimator (arXiv 1702.01284), which needs no correction for few
/// or many. The standard error is 1.6 %. Any thread may add at any time; adding allocates nothing and takes no lock.
/// </summary>
public sealed class UserSketch
{
    public const int Registers = 1 << Precision;

    private const int Precision = 12;

    /// <summary>The highest rank that the bits left of the hash can have.</summary>
    private const int HighestRank = 64 - Precision + 1;

    private readonly byte[] ranks = new byte[Registers];
    private int changed;

    /// <param name="user">The targeting key; an empty one is nobody.</param>
    public void Add(ReadOnlySpan<byte> user)
    {
        if (user.IsEmpty) return;
        // Not the hash that decides the bucket: those exposed would all look alike by that one.
        var hash = ((ulong)Murmur3.Hash(user, 0x9747b28c) << 32) | Murmur3.Hash(user, 0x5bd1e995);
        ref var rank = ref ranks[hash >> (64 - Precision)];
        var seen = (byte)Math.Min(BitOperations.LeadingZeroCount(hash << Precision) + 1, HighestRank);
        var known = Volatile.Read(ref rank);
        while (seen > known)
        {
            var now = Interlocked.CompareExchange(ref rank, seen, known);
            if (now == known)
            {
                Volatile.Write(ref changed, 1);
                return;
            }

            known = now;
        }
    }

    /// <summary>Somebody was added that was not taken yet.</summary>
    public bool IsChanged => Volatile.Read(ref changed) == 1;

    /// <summary>True once after somebody new was added.</summary>
    public bool TakeChanged() => Interlocked.Exchange(ref changed, 0) == 1;

    /// <summary>What was taken could not be kept: it is to be taken again.</summary>
    public void MarkChanged() => Volatile.Write(ref changed, 1);

    /// <summary>Adds everybody of this sketch to the registers of another: nobody is counted twice.</summary>
    public void MergeInto(Span<byte> registers)
    {
        for (var i = 0; i < Registers; i++) registers[i] = Math.Max(registers[i], Volatile.Read(ref ranks[i]));
    }

    /// <summary>How many different users the registers have seen, about.</summary>
    public static long Estimate(ReadOnlySpan<byte> registers)
    {
        Span<int> counts = stackalloc int[HighestRank + 1];
        foreach (var rank in registers) counts[Math.Min((int)rank, HighestRank)]++;
        var size = (double)Registers;
        var sum = size * Tau(1 - (counts[HighestRank] / size));
        for (var rank = HighestRank - 1; rank >= 1; rank--) sum = (sum + counts[rank]) / 2;
        sum += size * Sigma(counts[0] / size);
        return double.IsInfinity(sum) ? 0 : (long)Math.Round(size * size / (2 * Math.Log(2) * sum));
    }

    private static double Sigma(double x)
    {
        if (x >= 1) return double.PositiveInfinity;
        var (sum, weight, before) = (x, 1.0, double.NaN);
        while (sum != before)
        {
            x *= x;
            before = sum;
            sum += x * weight;
            weight += weight;
        }

        return sum;
    }

    private static double Tau(double x)
    {
        if (x is <= 0 or >= 1) return 0;
        var (sum, weight, before) = (1 - x, 1.0, double.NaN);
        while (sum != before)
        {
            x = Math.Sqrt(x);
            before = sum;
            weight /= 2;
            sum -= (1 - x) * (1 - x) * weight;
        }

        return sum / 3;
    }
}

/// <summary>One arm of a rollout while it exposes the same: a stage's percentage and the cohorts with it.</summary>
/// <param name="Audience">As <see cref="Join"/> writes it.</param>
/// <param name="Arm">One of <see cref="Contracts.FlagMetadata"/>'s.</param>
public readonly record struct ExposedArm(Guid RolloutId, int Thousandths, string Audience, string Arm)
{
    private const char Break = '\n';

    public static string Join(IEnumerable<string> audience) => string.Join(Break, audience.Order(StringComparer.Ordinal));

    public static string[] Split(string audience) => audience.Split(Break, StringSplitOptions.RemoveEmptyEntries);
}
