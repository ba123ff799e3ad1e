using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>Collects everything that is wrong with an input, so that it is reported all at once.</summary>
public sealed class InputFaults
{
    private readonly List<RefusalItem> items = [];

    public bool None => items.Count == 0;

    public void Add(string place, string message, string? found = null, string? expected = null) =>
        items.Add(new RefusalItem(place, message, found, expected));

    /// <summary>Text as it will be stored: trimmed, line ends as <c>\n</c>; noted as a fault when it cannot be.</summary>
    /// <param name="longest">In characters, after trimming.</param>
    public string Text(string place, string? text, int longest, bool required = true)
    {
        var trimmed = (text ?? "").ReplaceLineEndings("\n").Trim();
        if (required && trimmed.Length == 0)
            Add(place, "is empty", null, string.Create(CultureInfo.InvariantCulture, $"1 to {longest} characters"));
        else if (trimmed.Length > longest)
            Add(place, "is too long", string.Create(CultureInfo.InvariantCulture, $"{trimmed.Length} characters"), string.Create(CultureInfo.InvariantCulture, $"up to {longest} characters"));
        else if (trimmed.AsSpan().ContainsAnyInRange('\u0000', '\u0008') || trimmed.AsSpan().ContainsAnyInRange('\u000B', '\u001F') || HasLoneSurrogate(trimmed))
            Add(place, "contains characters that are not text", null, "letters, digits, signs, tabs and line breaks");
        return trimmed;
    }

    /// <summary>As <see cref="Text"/>, with null in the place of nothing.</summary>
    public string? OptionalText(string place, string? text, int longest) =>
        Text(place, text, longest, required: false) is { Length: > 0 } given ? given : null;

    /// <summary>An absolute http or https address.</summary>
    public string Link(string place, string? address, int longest = 2000)
    {
        var text = Text(place, address, longest);
        if (text.Length > 0 && text.Length <= longest
            && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0))
            Add(place, "is not a web address", text.Length > 100 ? text[..100] + "…" : text, "https://…");
        return text;
    }

    /// <returns>True, with every fault in one refusal, when there was any.</returns>
    public bool Refused(string code, string title, [NotNullWhen(true)] out Refusal? refusal)
    {
        refusal = None ? null : new Refusal(RefusalKind.Invalid, code, title) { Items = [.. items] };
        return refusal is not null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }
}
