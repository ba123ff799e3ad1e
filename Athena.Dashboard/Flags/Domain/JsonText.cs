using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>JSON as people write it: what is wrong is told with its line.</summary>
public static class JsonText
{
    private const int LongestQuote = 40;
    private const string Wanted = "a text in quotes, a number, true, false, null, [ … ] or { … }";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <param name="place">Where the text stands; the line is added to it.</param>
    /// <returns>False with one more fault when it is not one JSON value.</returns>
    public static bool TryRead(string text, string place, ICollection<RefusalItem> faults, out JsonElement value)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException wrong)
        {
            var lines = text.Split('\n');
            var line = Math.Clamp((int)(wrong.LineNumber ?? 0), 0, lines.Length - 1);
            faults.Add(string.IsNullOrWhiteSpace(text)
                ? new(place, "is empty", null, Wanted)
                // A member that stands twice is found when all is read, and its line is not told.
                : wrong.LineNumber is null ? new(place, "names a member twice, or is nested too deep", null, "each member once, 16 levels at most")
                : new(At(place, line), "is not JSON", Shorten(lines[line].Trim()), Wanted));
            value = default;
            return false;
        }
    }

    /// <summary>The place of a member of an object that was written in lines: <c>payload of blue, line 3</c>.</summary>
    public static string PlaceOf(string text, string member, string place)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(member))
                return At(place, bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n'));
        }

        return place;
    }

    private static string At(string place, int line) => string.Create(CultureInfo.InvariantCulture, $"{place}, line {line + 1}");

    private static string Shorten(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
}
