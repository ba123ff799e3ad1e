using System.Text;

namespace Athena.Dashboard.Platform.Text;

/// <summary>Words of people inside a text that is Markdown: what they typed is shown, and nothing of it is a command.</summary>
public static class MarkdownText
{
    // What begins or ends something within a line; the rest stays, so that the text reads well as it is too.
    private const string Special = "\\`*_[]<>~";

    public static string Escape(string words)
    {
        var text = new StringBuilder(words.Length);
        foreach (var letter in words)
        {
            if (Special.Contains(letter, StringComparison.Ordinal)) text.Append('\\');
            // A line break would begin a block.
            text.Append(char.IsControl(letter) ? ' ' : letter);
        }

        return text.ToString();
    }
}
