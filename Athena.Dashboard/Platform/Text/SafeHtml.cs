using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Athena.Dashboard.Platform.Text;

/// <summary>
/// An allow-list over parsed HTML. Nothing of the input is copied: the document is parsed as a browser would, and what
/// is listed here is written anew, with every text and attribute value escaped. What is not listed leaves its text,
/// except for elements whose content is no text.
/// </summary>
internal static class SafeHtml
{
    private static readonly FrozenSet<string> Elements = new[]
    {
        "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "li", "ol", "p", "pre",
        "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Void = new[] { "br", "hr", "img", "input" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> DroppedWhole = new[]
    {
        "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "textarea", "select", "title", "xmp", "noembed", "noframes", "plaintext",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> LinkSchemes = new[] { "http", "https", "mailto" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> LanguageName = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-#._");

    /// <exception cref="DeadlineExceededException">The time is over.</exception>
    public static string Clean(string html, Deadline deadline)
    {
        var body = new HtmlParser().ParseDocument(html).Body;
        var written = new StringBuilder(html.Length + 256);
        if (body is not null) WriteChildren(body, written, deadline);
        return written.ToString();
    }

    // The parser's own serializer takes time that grows with the square of the number of siblings; this one does not.
    // It recurses no deeper than Markdig nests, which is about a hundred levels.
    private static void WriteChildren(INode parent, StringBuilder written, Deadline deadline)
    {
        deadline.Check();
        foreach (var child in parent.ChildNodes)
        {
            switch (child)
            {
                case IText text:
                    Escape(text.Data, written);
                    break;
                case IElement element when !DroppedWhole.Contains(element.LocalName):
                    WriteElement(element, written, deadline);
                    break;
            }
        }
    }

    private static void WriteElement(IElement element, StringBuilder written, Deadline deadline)
    {
        var name = element.LocalName;
        if (!Elements.Contains(name) || element.NamespaceUri != "http://www.w3.org/1999/xhtml" || (name == "input" && element.GetAttribute("type") != "checkbox"))
        {
            WriteChildren(element, written, deadline);
            return;
        }

        if (name == "img" && !IsOwnImage(element))
        {
            WriteImageAsLink(element, written);
            return;
        }

        written.Append('<').Append(name);
        WriteAttributes(element, name, written);
        written.Append('>');
        if (Void.Contains(name)) return;
        WriteChildren(element, written, deadline);
        written.Append("</").Append(name).Append('>');
    }

    private static void WriteAttributes(IElement element, string name, StringBuilder written)
    {
        switch (name)
        {
            case "a":
                if (Address(element.GetAttribute("href")) is { } href) Write("href", href, written);
                if (element.GetAttribute("title") is { } linkTitle) Write("title", linkTitle, written);
                Write("rel", "noopener", written);
                break;
            case "img":
                Write("src", element.GetAttribute("src")!, written);
                Write("alt", element.GetAttribute("alt") ?? "", written);
                if (element.GetAttribute("title") is { } imageTitle) Write("title", imageTitle, written);
                Write("loading", "lazy", written);
                break;
            case "input":
                Write("type", "checkbox", written);
                Write("disabled", "", written);
                if (element.HasAttribute("checked")) Write("checked", "", written);
                break;
            case "ol":
                if (int.TryParse(element.GetAttribute("start"), CultureInfo.InvariantCulture, out var start))
                    Write("start", start.ToString(CultureInfo.InvariantCulture), written);
                break;
            case "li":
                if (element.ClassList.Contains("task-list-item")) Write("class", "task-list-item", written);
                break;
            case "code":
                if (element.ClassList.FirstOrDefault(IsLanguage) is { } language) Write("class", language, written);
                break;
            case "td" or "th":
                // Markdig aligns by a style attribute; the page's own style sheet does it by a class.
                if (Alignment(element.GetAttribute("style")) is { } alignment) Write("class", alignment, written);
                break;
        }
    }

    // The page's security policy loads images from this site only, and nobody elsewhere should learn who reads.
    private static bool IsOwnImage(IElement image) =>
        image.GetAttribute("src") is ['/', not ('/' or '\\'), ..] source && Address(source) == source;

    private static void WriteImageAsLink(IElement image, StringBuilder written)
    {
        var text = image.GetAttribute("alt") is { Length: > 0 } alt ? alt : "Image";
        if (Address(image.GetAttribute("src")) is not { Length: > 0 } address || image.Closest("a") is not null)
        {
            Escape(text, written);
            return;
        }

        written.Append("<a");
        Write("href", address, written);
        Write("rel", "noopener", written);
        written.Append('>');
        Escape(text, written);
        written.Append("</a>");
    }

    private static bool IsLanguage(string word) =>
        word.StartsWith("language-", StringComparison.Ordinal) && word.Length is > 9 and <= 40 && !word.AsSpan(9).ContainsAnyExcept(LanguageName);

    private static string? Alignment(string? style) => style switch
    {
        "text-align: left;" => "align-left",
        "text-align: center;" => "align-center",
        "text-align: right;" => "align-right",
        _ => null,
    };

    /// <summary>The address when its scheme is listed or it is relative; null otherwise.</summary>
    private static string? Address(string? raw)
    {
        if (raw is null) return null;
        // Browsers drop these before they look for a scheme, so "java\tscript:" has to be read the same way here.
        var address = string.Concat(raw.Where(character => !char.IsControl(character) && !char.IsWhiteSpace(character) && character != '\uFEFF'));
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var end = address.AsSpan().IndexOfAny('/', '?', '#');
        var isRelative = colon < 0 || (end >= 0 && end < colon);
        return isRelative || LinkSchemes.Contains(address[..colon]) ? address : null;
    }

    private static void Write(string name, string value, StringBuilder written)
    {
        written.Append(' ').Append(name).Append("=\"");
        Escape(value, written);
        written.Append('"');
    }

    private static void Escape(string text, StringBuilder written)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '&': written.Append("&amp;"); break;
                case '<': written.Append("&lt;"); break;
                case '>': written.Append("&gt;"); break;
                case '"': written.Append("&quot;"); break;
                case '\'': written.Append("&#39;"); break;
                case '\0': break;
                default: written.Append(character); break;
            }
        }
    }
}
