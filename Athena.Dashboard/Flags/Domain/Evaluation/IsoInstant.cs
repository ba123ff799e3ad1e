namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>ISO 8601 instants as applications write them: <c>2026-01-31T10:00:00.5+01:00</c>, or a date, which is its midnight in UTC.</summary>
public static class IsoInstant
{
    /// <param name="ticks">UTC ticks of 100 ns.</param>
    /// <returns>False for anything else, also for a time of day without an offset, which is no instant.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year is 0 || month is 0 or > 12 || day is 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        return text.Length == 10 || (text[10] is (byte)'T' or (byte)'t' && TryAddTime(text[11..], ref ticks));
    }

    private static bool TryAddTime(ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text.Length < 6 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute) || hour > 23 || minute > 59) return false;
        ticks += (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        text = text[5..];
        if (text[0] == ':')
        {
            if (text.Length < 4 || !TryDigits(text[1..3], out var second) || second > 59) return false;
            ticks += second * TimeSpan.TicksPerSecond;
            text = text[3..];
            if (text[0] is (byte)'.' or (byte)',' && !TryAddFraction(ref text, ref ticks)) return false;
        }

        if (text is [(byte)'Z' or (byte)'z']) return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !TryDigits(text[1..3], out var hours) || !TryDigits(text[4..6], out var minutes) || hours > 23 || minutes > 59) return false;
        var offset = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        ticks -= text[0] == '+' ? offset : -offset;
        return true;
    }

    private static bool TryAddFraction(ref ReadOnlySpan<byte> text, ref long ticks)
    {
        var unit = TimeSpan.TicksPerSecond;
        var i = 1;
        for (; i < text.Length && char.IsAsciiDigit((char)text[i]); i++)
        {
            unit /= 10;
            ticks += (text[i] - '0') * unit;
        }

        var any = i > 1 && i < text.Length;
        text = text[i..];
        return any;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            number = (number * 10) + digit - '0';
        }

        return true;
    }
}
