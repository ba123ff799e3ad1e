using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>
/// A node, the way to it, and where to complain. Every reading method returns a harmless value after a complaint, so
/// that the whole document is read and all its errors are found at once.
/// </summary>
internal readonly partial record struct Place(YamlNode Node, string Path, DocumentProblems Problems)
{
    private const int LongestText = 4000;
    private const int LongestKey = 64;
    private const int LongestList = 200;

    public void Complain(string message, string? expected = null) =>
        Problems.Add(Node.Line, Node.Column, Path, message, Node.Describe(), expected);

    /// <summary>Points at one character of the node's text.</summary>
    public void Complain(int offset, string message, string? found, string? expected) =>
        Problems.Add(Node.Line, (Node as YamlScalar)?.ColumnAt(offset) ?? Node.Column, Path, message, found, expected);

    public string Text()
    {
        if (Scalar("text") is not { } scalar) return "";
        if (string.IsNullOrWhiteSpace(scalar.Text) || scalar.IsNull) Complain("The text is empty.", "text");
        else if (scalar.Text.Length > LongestText) Complain("The text is too long.", $"at most {LongestText} characters");
        else if (scalar.Text.Any(letter => char.IsControl(letter) && letter is not '\n' and not '\t')) Complain("The text has control characters.", "readable text");
        return scalar.Text.Trim();
    }

    /// <summary>A name that also stands in URLs and in other places of the document.</summary>
    public string Key()
    {
        const string Expected = "lower-case letters, digits, hyphens and underscores, beginning with a letter, at most 64";
        if (Scalar(Expected) is not { } scalar) return "";
        if (scalar.Text.Length <= LongestKey && KeyPattern().IsMatch(scalar.Text)) return scalar.Text;
        Complain("This is not a key.", Expected);
        return "";
    }

    public bool Flag()
    {
        if (Scalar("true or false") is not { } scalar) return false;
        if (scalar is { IsPlain: true, Text: "true" or "false" }) return scalar.Text == "true";
        Complain("This is neither true nor false.", "true or false");
        return false;
    }

    public int Whole(int least, int most)
    {
        var expected = $"a whole number from {least} to {most}";
        if (Scalar(expected) is not { } scalar) return least;
        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Complain("The number cannot be taken.", expected);
        return least;
    }

    public TimeSpan Duration()
    {
        const string Expected = "a positive number with s, m, h or d, up to 366d, such as 2d or 90m";
        if (Scalar(Expected) is not { } scalar) return TimeSpan.FromDays(1);
        if (Durations.TryParse(scalar.Text, out var duration) && duration >= TimeSpan.FromMilliseconds(1)) return duration;
        Complain("This is not a duration.", Expected);
        return TimeSpan.FromDays(1);
    }

    public Percentage Percentage()
    {
        const string Expected = "0 to 100 in steps of 0.001";
        if (Scalar(Expected) is not { } scalar) return default;
        var text = scalar.Text.EndsWith('%') ? scalar.Text[..^1].TrimEnd() : scalar.Text;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent))
            Complain("This is not a percentage.", Expected);
        else if (Platform.Kernel.Percentage.TryFrom(percent, out var percentage))
            return percentage;
        else
            Complain(percent is >= 0 and <= 100 ? "The percentage is too fine." : "The percentage is out of range.", Expected);
        return default;
    }

    /// <summary>One or several percentages: a number, or a list of them.</summary>
    public ImmutableArray<Percentage> Percentages()
    {
        if (Node is not YamlList) return [Percentage()];
        var percentages = List(place => place.Percentage());
        if (percentages.IsEmpty) Complain("The list has no percentage.", "at least one");
        return percentages;
    }

    /// <summary>Two whole numbers with a hyphen between, or one for both ends.</summary>
    public DayRange Range(int least, int most)
    {
        var expected = $"a number or a range such as 1-3, from {least} to {most}";
        if (Scalar(expected) is not { } scalar) return new DayRange(least, least);
        var match = RangePattern().Match(scalar.Text);
        if (match.Success
            && int.TryParse(match.Groups["from"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(match.Groups[match.Groups["to"].Success ? "to" : "from"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var to)
            && least <= from && from <= to && to <= most)
            return new DayRange(from, to);
        Complain("This is not a range that can be taken.", expected);
        return new DayRange(least, least);
    }

    public (TimeSpan From, TimeSpan To) DurationRange()
    {
        const string Expected = "a duration or a range of them such as 24h-48h";
        if (Scalar(Expected) is not { } scalar) return default;
        var ends = scalar.Text.Split('-');
        if (ends.Length <= 2 && Durations.TryParse(ends[0], out var from) && Durations.TryParse(ends[^1], out var to) && from <= to) return (from, to);
        Complain("This is not a range of durations.", Expected);
        return default;
    }

    public T Word<T>()
        where T : struct, Enum => Word<T>(Words.All<T>());

    public T Word<T>(IReadOnlyCollection<string> allowed)
        where T : struct, Enum
    {
        if (Scalar(Words.Expected("", allowed)) is not { } scalar) return default;
        if (allowed.Contains(scalar.Text) && Words.Find<T>(scalar.Text) is { } choice) return choice;
        Complain("The word is not known here.", Words.Expected(scalar.Text, allowed));
        return default;
    }

    /// <summary>A role that can own work: everyone but the one who only looks and the one who only administers.</summary>
    public Role Owner() => Word<Role>([.. Words.All<Role>().Except([Words.Of(Role.Viewer), Words.Of(Role.Administrator)])]);

    public ImmutableArray<T> List<T>(Func<Place, T> read)
    {
        if (Node is not YamlList list)
        {
            Complain($"This is not a list.", "a list");
            return [];
        }

        if (list.Items.Length > LongestList)
        {
            Complain("The list is too long.", $"at most {LongestList} items");
            return [];
        }

        var (path, problems) = (Path, Problems);
        return [.. list.Items.Select((item, index) => read(new Place(item, $"{path}[{index}]", problems)))];
    }

    private YamlScalar? Scalar(string expected)
    {
        if (Node is YamlScalar scalar) return scalar;
        Complain(Node is YamlList ? "A list stands where one value belongs." : "A mapping stands where one value belongs.", expected);
        return null;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"\A(?<from>-?[0-9]+)(?:-(?<to>-?[0-9]+))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RangePattern();
}
