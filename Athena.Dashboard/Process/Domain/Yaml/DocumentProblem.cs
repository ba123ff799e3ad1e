using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>One error in a document.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
/// <param name="Path">Where in the document's structure: <c>gates[1].items[0].owners</c>; empty for the whole.</param>
/// <param name="Found">What stands there, shortened; null when nothing does.</param>
/// <param name="Expected">What would be accepted.</param>
public sealed record DocumentProblem(int Line, int Column, string Path, string Message, string? Found, string? Expected)
{
    public RefusalItem ToRefusalItem() =>
        new(Path.Length == 0 ? $"line {Line}, column {Column}" : $"line {Line}, column {Column}, {Path}", Message, Found, Expected);

    /// <summary>One line for a terminal, after the file's name: <c>12:5: stages[0].percentage: …</c>.</summary>
    public override string ToString()
    {
        var text = $"{Line}:{Column}: " + (Path.Length == 0 ? Message : $"{Path}: {Message}");
        return (Found, Expected) switch
        {
            (not null, not null) => $"{text} Found {Found}, expected {Expected}.",
            (not null, null) => $"{text} Found {Found}.",
            (null, not null) => $"{text} Expected {Expected}.",
            _ => text,
        };
    }
}

/// <summary>What reading a document gave: its value, or every problem, sorted by place.</summary>
public sealed record Reading<T>(T? Value, ImmutableArray<DocumentProblem> Problems)
    where T : class
{
    public Outcome<T> ToOutcome(string code, string what) =>
        Value is { } value
            ? value
            : new Refusal(
                RefusalKind.Invalid,
                code,
                Problems.Length == 1 ? $"{what} has an error." : $"{what} has {Problems.Length} errors.",
                "Nothing was changed. Correct each place, then try again.")
            {
                Items = [.. Problems.Select(problem => problem.ToRefusalItem())],
            };
}

/// <summary>Collects problems while a document is read to its end.</summary>
internal sealed class DocumentProblems
{
    /// <summary>More than anyone reads; a document of garbage must not answer with megabytes.</summary>
    private const int Most = 200;

    private readonly List<DocumentProblem> problems = [];

    public int Count => problems.Count;

    public void Add(int line, int column, string path, string message, string? found = null, string? expected = null) =>
        problems.Add(new DocumentProblem(line, column, path, message, Shorten(found), expected));

    public ImmutableArray<DocumentProblem> Sorted()
    {
        var sorted = problems.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ToList();
        if (sorted.Count <= Most) return [.. sorted];
        var next = sorted[Most];
        return [.. sorted.Take(Most), next with { Path = "", Message = $"{sorted.Count - Most} more errors from here on", Found = null, Expected = null }];
    }

    private static string? Shorten(string? found)
    {
        if (found is null) return null;
        var line = found.ReplaceLineEndings(" ");
        if (line.Length <= 80) return line;
        var end = char.IsHighSurrogate(line[76]) ? 76 : 77;
        return line[..end] + "…";
    }
}
