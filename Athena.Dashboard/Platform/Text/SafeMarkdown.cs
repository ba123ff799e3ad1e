using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Markdig;
using Markdig.Extensions.EmphasisExtras;

namespace Athena.Dashboard.Platform.Text;

/// <summary>
/// The one way from people's Markdown to HTML, for previews, public pages and mails alike, so that what was previewed
/// is what goes out. Raw HTML is text here; what Markdig makes is parsed again and only what <see cref="SafeHtml"/>
/// lists is written. Size and time are bounded.
/// </summary>
public static class SafeMarkdown
{
    /// <summary>The longest text, as UTF-8: 256 KiB.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>
    /// Some inputs cost Markdig time that grows with the square of their length (65,000 times <c>[a](</c>: more than
    /// a minute). Real notes of 125 KB take some 20 ms, so whatever takes seconds is no text.
    /// </summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .Use<ParsingDeadline>()
        .Build();

    /// <summary>Null when the text can be kept, else why not.</summary>
    public static Refusal? TooLarge(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= MostBytes
            ? null
            : new Refusal(RefusalKind.TooLarge, "text_too_large", "The text is too long.", "Shorten it, or move parts to a page that it links to.")
            {
                Items = [new RefusalItem("text", "too long", FormattableString.Invariant($"{bytes} bytes"), FormattableString.Invariant($"at most {MostBytes} bytes"))],
            };
    }

    /// <returns>HTML that is safe to show anywhere, or a refusal: too large, nested too deeply, too slow to read.</returns>
    public static Outcome<string> Render(string text) => Render(text, MostTime);

    internal static Outcome<string> Render(string text, TimeSpan mostTime)
    {
        if (TooLarge(text) is { } tooLarge) return tooLarge;
        try
        {
            var deadline = new Deadline(mostTime);
            var html = Markdown.ToHtml(text, Pipeline, ParsingDeadline.ContextOf(deadline));
            return SafeHtml.Clean(html, deadline);
        }
        catch (DeadlineExceededException)
        {
            return Refusal.Invalid("text_too_slow", "The text takes too long to read as Markdown.", new RefusalItem("text", "an unusual number of brackets, stars or links without blank lines between them"));
        }
        catch (ArgumentException deep) when (deep.Message.Contains("nested", StringComparison.Ordinal))
        {
            return Refusal.Invalid("text_too_deep", "The text nests its lists, quotes or brackets too deeply.", new RefusalItem("text", "nested too deeply", Expected: "at most 100 levels"));
        }
    }
}
