using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Notes.Domain;

/// <summary>A part of the notes: what stands before the first heading, a section, or what follows a rule.</summary>
/// <param name="Heading">The line of the heading or rule as written; empty for the first part.</param>
/// <param name="Title">The heading's text; empty for the first part and the footer.</param>
/// <param name="Body">Everything up to the next part, line ends included.</param>
public sealed record NotesPart(string Heading, string Title, string Body)
{
    /// <summary>How a part is called to people.</summary>
    public string Name => Title.Length > 0 ? Title : Heading.Length > 0 ? "Footer" : "Header";
}

/// <summary>
/// What the product knows of the text of release notes: its sections. Read line by line and not by the Markdown
/// library, because it is asked at every saving and must never be slow.
/// </summary>
public static class NotesText
{
    /// <summary>SHA-256 of the text as UTF-8, lower-case hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The text that notes begin with: header, every section of the template, footer.</summary>
    /// <param name="type">Title of the release's type.</param>
    public static string Start(NotesTemplate template, ProductDescription product, string version, string title, DateOnly date, string type)
    {
        string Fill(string text) => text
            .Replace("{product}", product.Name, StringComparison.Ordinal)
            .Replace("{version}", version, StringComparison.Ordinal)
            .Replace("{title}", title, StringComparison.Ordinal)
            .Replace("{date}", PrintedDate(date), StringComparison.Ordinal)
            .Replace("{type}", type, StringComparison.Ordinal)
            .Replace("{support}", product.SupportAddress, StringComparison.Ordinal)
            .Replace("{feedback}", product.FeedbackAddress, StringComparison.Ordinal);

        var text = new StringBuilder();
        text.Append("# ").Append(Fill(template.Heading)).Append("\n\n").Append(Fill(template.Preamble)).Append("\n\n");
        foreach (var section in template.Sections)
        {
            text.Append("## ").Append(section.Title).Append("\n\n");
            if (section.EmptyText is { } empty) text.Append(empty).Append("\n\n");
            foreach (var subsection in section.Subsections) text.Append("### ").Append(subsection).Append("\n\n");
        }

        return text.Append("---\n\n").Append(Fill(template.Footer)).Append('\n').ToString();
    }

    public static string PrintedDate(DateOnly date) => date.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture);

    /// <summary>The target date as notes print it when their header does not name it, as after a move; null when it does.</summary>
    public static string? MissingDate(string text, DateOnly target) =>
        PrintedDate(target) is var printed && Split(text)[0].Body.Contains(printed, StringComparison.Ordinal) ? null : printed;

    /// <summary>Joined again, the parts are the text.</summary>
    public static ImmutableArray<NotesPart> Split(string text)
    {
        var parts = ImmutableArray.CreateBuilder<NotesPart>();
        var (heading, title) = ("", "");
        var body = new StringBuilder();
        string? fence = null;
        var previousIsBlank = true;
        foreach (var line in Lines(text))
        {
            var bare = line.TrimEnd('\n', '\r', ' ');
            var isRule = fence is null && previousIsBlank && bare is "---" or "***" or "___";
            if (fence is null && (isRule || bare.StartsWith("## ", StringComparison.Ordinal)))
            {
                parts.Add(new NotesPart(heading, title, body.ToString()));
                (heading, title) = (line, isRule ? "" : bare[3..].TrimEnd('#', ' ').Trim());
                body.Clear();
            }
            else
            {
                fence = FenceAfter(bare, fence);
                body.Append(line);
            }

            previousIsBlank = bare.Length == 0;
        }

        parts.Add(new NotesPart(heading, title, body.ToString()));
        return parts.ToImmutable();
    }

    /// <summary>Names of the parts that differ, in the order of the newer text, then those that are gone.</summary>
    public static ImmutableArray<string> ChangedParts(string before, string after)
    {
        var old = Split(before).GroupBy(part => part.Name).ToDictionary(group => group.Key, group => string.Concat(group.Select(part => part.Heading + part.Body)));
        var now = Split(after).GroupBy(part => part.Name).ToDictionary(group => group.Key, group => string.Concat(group.Select(part => part.Heading + part.Body)));
        return
        [
            .. now.Where(part => !old.TryGetValue(part.Key, out var was) || was != part.Value).Select(part => part.Key),
            .. old.Keys.Where(name => !now.ContainsKey(name)),
        ];
    }

    /// <summary>What is previewed and published: sections of the template that were left empty do not show.</summary>
    public static string Printed(string text, NotesTemplate template)
    {
        var printed = new StringBuilder(text.Length);
        foreach (var part in Split(text))
        {
            if (Find(template, part.Title) is not { } section || !IsEmpty(part.Body, section))
                printed.Append(part.Heading).Append(part.Body);
            else if (section.EmptyText is { } empty)
                printed.Append(part.Heading).Append('\n').Append(empty).Append("\n\n");
        }

        return printed.ToString();
    }

    /// <summary>Sections that say something and lack the link to a migration guide that the process wants there.</summary>
    public static ImmutableArray<RefusalItem> MissingLinks(string text, NotesTemplate template) =>
    [
        .. Split(text)
            .Select(part => (Part: part, Section: Find(template, part.Title)))
            .Where(found => found.Section is { NeedsMigrationLink: true } section && !IsEmpty(found.Part.Body, section) && !HasLink(found.Part.Body))
            .Select(found => new RefusalItem(found.Part.Title, "says what breaks and does not link to a migration guide", Expected: "a link such as [Migration guide](https://…), or: " + (found.Section!.EmptyText ?? "nothing at all"))),
    ];

    /// <summary>Puts a block below the header, where readers see it first.</summary>
    public static string InsertBelowHeader(string text, string block)
    {
        var parts = Split(text);
        var header = parts[0].Heading + parts[0].Body;
        return header.TrimEnd('\n') + "\n\n" + block.Trim() + "\n\n" + text[header.Length..];
    }

    private static IEnumerable<string> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            yield return text[start..end];
            start = end;
        }
    }

    // A fence is closed by the same sign, at least as often, and nothing behind it.
    private static string? FenceAfter(string line, string? fence)
    {
        var trimmed = line.TrimStart(' ');
        if (line.Length - trimmed.Length > 3 || trimmed.Length < 3 || trimmed[0] is not ('`' or '~')) return fence;
        var sign = trimmed[0];
        var signs = trimmed.Length - trimmed.TrimStart(sign).Length;
        if (signs < 3) return fence;
        if (fence is null) return new string(sign, signs);
        return fence[0] == sign && signs >= fence.Length && signs == trimmed.Length ? null : fence;
    }

    private static NotesSection? Find(NotesTemplate template, string title) =>
        title.Length == 0 ? null : template.Sections.FirstOrDefault(section => Letters(section.Title) == Letters(title));

    private static bool IsEmpty(string body, NotesSection section)
    {
        var said = Letters(string.Concat(Lines(body).Where(line => !line.StartsWith("###", StringComparison.Ordinal))));
        return (said.Length == 0 && !HasLink(body)) || said == "none" || (section.EmptyText is { } empty && said == Letters(empty));
    }

    private static bool HasLink(string body) =>
        body.Contains("](", StringComparison.Ordinal)
        || body.Contains("][", StringComparison.Ordinal)
        || body.Contains("https://", StringComparison.OrdinalIgnoreCase)
        || body.Contains("http://", StringComparison.OrdinalIgnoreCase);

    // Pictograms, punctuation and case do not tell sections apart.
    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
