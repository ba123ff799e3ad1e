namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A version of SemVer 2.0.0 over the bytes that it was read from; compared by precedence (section 11).</summary>
public readonly ref struct Utf8Version
{
    private readonly ulong major;
    private readonly ulong minor;
    private readonly ulong patch;
    private readonly ReadOnlySpan<byte> preRelease;

    private Utf8Version(ulong major, ulong minor, ulong patch, ReadOnlySpan<byte> preRelease)
    {
        this.major = major;
        this.minor = minor;
        this.patch = patch;
        this.preRelease = preRelease;
    }

    /// <summary>Accepts a leading <c>v</c>; numbers may have up to 18 digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Utf8Version version)
    {
        version = default;
        if (!text.IsEmpty && text[0] is (byte)'v' or (byte)'V') text = text[1..];
        var build = text.IndexOf((byte)'+');
        if (build >= 0)
        {
            if (!AreIdentifiers(text[(build + 1)..], strictNumbers: false)) return false;
            text = text[..build];
        }

        ReadOnlySpan<byte> pre = default;
        var dash = text.IndexOf((byte)'-');
        if (dash >= 0)
        {
            pre = text[(dash + 1)..];
            if (!AreIdentifiers(pre, strictNumbers: true)) return false;
            text = text[..dash];
        }

        if (!TryNumber(ref text, '.', out var major) || !TryNumber(ref text, '.', out var minor) || !TryNumber(ref text, '\0', out var patch)) return false;
        version = new Utf8Version(major, minor, patch, pre);
        return true;
    }

    public int PrecedenceOver(Utf8Version other)
    {
        var byNumbers = major != other.major ? major.CompareTo(other.major) : minor != other.minor ? minor.CompareTo(other.minor) : patch.CompareTo(other.patch);
        if (byNumbers != 0) return byNumbers;
        if (preRelease.IsEmpty || other.preRelease.IsEmpty) return preRelease.IsEmpty.CompareTo(other.preRelease.IsEmpty);
        return ComparePreRelease(preRelease, other.preRelease);
    }

    private static int ComparePreRelease(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (true)
        {
            var first = Next(ref left, out var more);
            var second = Next(ref right, out var others);
            var (firstIsNumber, secondIsNumber) = (IsNumber(first), IsNumber(second));
            var order = (firstIsNumber, secondIsNumber) switch
            {
                // Without leading zeros the longer number is the larger.
                (true, true) => first.Length != second.Length ? first.Length.CompareTo(second.Length) : first.SequenceCompareTo(second),
                (true, false) => -1,
                (false, true) => 1,
                _ => first.SequenceCompareTo(second),
            };
            if (order != 0) return Math.Sign(order);
            if (!more || !others) return more.CompareTo(others);
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> identifiers, out bool more)
    {
        var dot = identifiers.IndexOf((byte)'.');
        more = dot >= 0;
        var next = more ? identifiers[..dot] : identifiers;
        identifiers = more ? identifiers[(dot + 1)..] : default;
        return next;
    }

    private static bool AreIdentifiers(ReadOnlySpan<byte> text, bool strictNumbers)
    {
        while (true)
        {
            var identifier = Next(ref text, out var more);
            if (identifier.IsEmpty) return false;
            foreach (var letter in identifier)
            {
                if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '-') return false;
            }

            if (strictNumbers && identifier.Length > 1 && identifier[0] == '0' && IsNumber(identifier)) return false;
            if (!more) return true;
        }
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, char end, out ulong number)
    {
        number = 0;
        var i = 0;
        for (; i < text.Length && char.IsAsciiDigit((char)text[i]); i++) number = (number * 10) + text[i] - '0';
        if (i is 0 or > 18 || (i > 1 && text[0] == '0')) return false;
        if (end == '\0') return i == text.Length;
        if (i == text.Length || text[i] != end) return false;
        text = text[(i + 1)..];
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit((char)letter)) return false;
        }

        return true;
    }
}
