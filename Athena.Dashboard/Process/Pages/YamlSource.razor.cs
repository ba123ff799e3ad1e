using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>A document as it was written, with line numbers; field names and comments stand apart.</summary>
public sealed partial class YamlSource
{
    [Parameter, EditorRequired]
    public required int Number { get; set; }

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    private IReadOnlyList<(string Key, string Value, bool IsComment)> Lines { get; set; } = [];

    protected override void OnParametersSet() =>
        Lines = [.. Text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(Split)];

    private static (string Key, string Value, bool IsComment) Split(string line)
    {
        if (line.TrimStart().StartsWith('#')) return ("", line, true);
        var key = Field().Match(line);
        return key.Success ? (key.Value, line[key.Length..], false) : ("", line, false);
    }

    [GeneratedRegex(@"\A[ -]*[A-Za-z_][A-Za-z0-9_-]*:(?= |$)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Field();
}
