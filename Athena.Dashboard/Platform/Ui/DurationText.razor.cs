using System.Globalization;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>A length of time: <c>2 d 4 h</c>, <c>3 min 20 s</c>, <c>0.4 s</c>.</summary>
public sealed partial class DurationText
{
    /// <summary>The same words, for text that is not markup.</summary>
    public static string Write(TimeSpan value, int parts = 2)
    {
        var (sign, size) = (value < TimeSpan.Zero ? "−" : "", value.Duration());
        if (size < TimeSpan.FromSeconds(1))
            return size == TimeSpan.Zero ? "0 s" : sign + size.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
        (int Amount, string Unit)[] units = [(size.Days, "d"), (size.Hours, "h"), (size.Minutes, "min"), (size.Seconds, "s")];
        var shown = units.SkipWhile(unit => unit.Amount == 0).Take(parts).Where(unit => unit.Amount > 0);
        return sign + string.Join(' ', shown.Select(unit => string.Create(CultureInfo.InvariantCulture, $"{unit.Amount} {unit.Unit}")));
    }
}
