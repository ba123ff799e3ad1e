using System.Text;

namespace Athena.Dashboard.Platform.Text;

/// <summary>Text as every database can keep it.</summary>
public static class StorableText
{
    /// <summary>Line ends become <c>\n</c>; NUL, which PostgreSQL has no place for, goes; halves of surrogate pairs become U+FFFD.</summary>
    public static string Of(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n").Replace("\0", "", StringComparison.Ordinal)));
}
