using System.Globalization;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>A share of users, 0 to 100 % in steps of 0.001 %. <c>0.1</c> means 0.1 %, not a tenth.</summary>
public readonly record struct Percentage : IComparable<Percentage>, IComparable
{
    /// <summary>Steps in the whole: 100 % is 100,000.</summary>
    public const int Whole = 100_000;

    private Percentage(int thousandths) => Thousandths = thousandths;

    /// <summary>0 to 100,000; one is 0.001 %.</summary>
    public int Thousandths { get; }

    public static Percentage Zero => default;

    public static Percentage Hundred => new(Whole);

    /// <summary>The share as a fraction, 0 to 1.</summary>
    public double Fraction => (double)Thousandths / Whole;

    /// <param name="percent">0 to 100.</param>
    /// <returns>False when out of range or finer than 0.001 %.</returns>
    public static bool TryFrom(decimal percent, out Percentage percentage)
    {
        // The range first: the largest numbers cannot be multiplied.
        var valid = percent is >= 0 and <= 100 && percent * 1000 == decimal.Truncate(percent * 1000);
        percentage = valid ? new Percentage((int)(percent * 1000)) : default;
        return valid;
    }

    /// <exception cref="ArgumentOutOfRangeException">Out of range or finer than 0.001 %.</exception>
    public static Percentage From(decimal percent) =>
        TryFrom(percent, out var percentage) ? percentage : throw new ArgumentOutOfRangeException(nameof(percent), percent, "0 to 100 in steps of 0.001");

    /// <exception cref="ArgumentOutOfRangeException">Not within 0 to 100,000.</exception>
    public static Percentage FromThousandths(int thousandths) =>
        thousandths is >= 0 and <= Whole ? new Percentage(thousandths) : throw new ArgumentOutOfRangeException(nameof(thousandths), thousandths, "0 to 100,000");

    public int CompareTo(Percentage other) => Thousandths.CompareTo(other.Thousandths);

    int IComparable.CompareTo(object? obj) => obj is null ? 1 : CompareTo((Percentage)obj);

    public static bool operator <(Percentage left, Percentage right) => left.Thousandths < right.Thousandths;

    public static bool operator >(Percentage left, Percentage right) => left.Thousandths > right.Thousandths;

    public static bool operator <=(Percentage left, Percentage right) => left.Thousandths <= right.Thousandths;

    public static bool operator >=(Percentage left, Percentage right) => left.Thousandths >= right.Thousandths;

    /// <summary>As people write it: <c>0.1 %</c>.</summary>
    public override string ToString() => (Thousandths / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
