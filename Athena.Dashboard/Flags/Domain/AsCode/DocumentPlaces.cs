using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>
/// The line and column of every member of a file. The file is read once more for them, and only when something is wrong
/// with it. What a place names beyond the file stands where the nearest part of it does.
/// </summary>
public sealed class DocumentPlaces
{
    private readonly Lazy<IReadOnlyDictionary<string, Mark>> marks;

    private DocumentPlaces(Func<IReadOnlyDictionary<string, Mark>> read) => marks = new(read);

    public static DocumentPlaces None { get; } = new(() => ImmutableDictionary<string, Mark>.Empty);

    /// <param name="text">YAML that can be read.</param>
    public static DocumentPlaces OfYaml(string text) => new(() => YamlText.Places(text));

    /// <param name="text">flagd's JSON that can be read.</param>
    /// <param name="environment">Of which the settings are.</param>
    public static DocumentPlaces OfJson(string text, string environment) => new(() => new JsonPlaces(Encoding.UTF8.GetBytes(text), environment).Read());

    /// <summary>The faults in the order of the file, each with its line and column ahead of its place.</summary>
    public ImmutableArray<RefusalItem> Locate(IEnumerable<RefusalItem> faults) =>
    [
        .. faults.Select(fault => (Fault: fault, Mark: Find(fault.Place))).OrderBy(found => found.Mark?.Line ?? 0).ThenBy(found => found.Mark?.Column ?? 0)
            .Select(found => found.Mark is { } mark ? found.Fault with { Place = string.Create(CultureInfo.InvariantCulture, $"line {mark.Line}, column {mark.Column}, {found.Fault.Place}") } : found.Fault),
    ];

    /// <returns>Null where no part of it is in the file.</returns>
    internal Mark? Find(string place)
    {
        for (var end = place.Length; end > 0; end = place.AsSpan(0, end).LastIndexOfAny('.', '['))
        {
            if (marks.Value.TryGetValue(place[..end], out var mark)) return mark;
        }

        return null;
    }

    /// <summary>Both begin with 1.</summary>
    internal readonly record struct Mark(long Line, long Column);

    private sealed class JsonPlaces(byte[] text, string environment)
    {
        private readonly Dictionary<string, Mark> marks = new(StringComparer.Ordinal);
        private int line = 1;
        private int lineStart;
        private int seen;

        public Dictionary<string, Mark> Read()
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 64 });
            reader.Read();
            Walk(ref reader, "");
            return marks;
        }

        private void Walk(ref Utf8JsonReader reader, string path)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var member = path.Length == 0 ? reader.GetString()! : $"{path}.{reader.GetString()}";
                    Add(member, (int)reader.TokenStartIndex);
                    reader.Read();
                    Walk(ref reader, member);
                }
            }
            else if (reader.TokenType == JsonTokenType.StartArray)
            {
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    var item = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                    Add(item, (int)reader.TokenStartIndex);
                    Walk(ref reader, item);
                }
            }
        }

        // Members come in the order of the text, so each line break is passed once.
        private void Add(string path, int at)
        {
            for (; seen < at; seen++)
            {
                if (text[seen] != '\n') continue;
                line++;
                lineStart = seen + 1;
            }

            var mark = new Mark(line, Encoding.UTF8.GetCharCount(text.AsSpan(lineStart, at - lineStart)) + 1);
            marks.TryAdd(path, mark);
            // What it calls otherwise than everything else here.
            const string evaluators = "$evaluators.", targeting = ".targeting";
            if (path.StartsWith(evaluators, StringComparison.Ordinal)) marks.TryAdd("segments." + path[evaluators.Length..], mark);
            else if (path.EndsWith(targeting, StringComparison.Ordinal)) marks.TryAdd($"{path[..^targeting.Length]}.{environment}", mark);
        }
    }
}
