using System.Globalization;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>Durations as the process document writes them: a number and one of s, m (minutes), h, d.</summary>
public static class Durations
{
    /// <summary>The longest duration accepted: a year.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <returns>False for anything but a positive number with a unit, up to <see cref="Longest"/>.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text)) return false;
        double? unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        if (unit is null
            || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            // "NaN" is a number to the parser, and neither more nor less than any other.
            || !(amount * unit <= Longest.TotalSeconds))
            return false;
        duration = TimeSpan.FromSeconds(amount * unit.Value);
        return duration > TimeSpan.Zero;
    }

    /// <summary>The shortest exact writing: <c>2d</c>, <c>90m</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (seconds, unit) in ((double, string)[])[(86400, "d"), (3600, "h"), (60, "m")])
        {
            var amount = duration.TotalSeconds / seconds;
            if (amount >= 1 && amount == Math.Floor(amount)) return amount.ToString(CultureInfo.InvariantCulture) + unit;
        }

        return duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
    }
}
