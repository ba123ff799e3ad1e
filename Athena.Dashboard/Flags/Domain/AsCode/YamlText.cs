using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Dashboard.Platform.Kernel;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>
/// JSON written as YAML and back. Takes the plain part of YAML: one document, no anchors, aliases or tags (a small text
/// could stand for gigabytes), no key twice, and a limited depth.
/// </summary>
internal sealed class YamlText
{
    private const int Deepest = 32;

    private readonly IParser parser;
    private readonly ICollection<RefusalItem> faults;

    private YamlText(string text, ICollection<RefusalItem> faults)
    {
        parser = ParserOf(text);
        this.faults = faults;
    }

    /// <param name="faults">Takes the keys that are there twice, of which the first counts.</param>
    /// <exception cref="YamlException">Not such a text; says where.</exception>
    public static JsonNode? Read(string text, ICollection<RefusalItem> faults)
    {
        var yaml = new YamlText(text, faults);
        try
        {
            yaml.parser.Consume<StreamStart>();
            yaml.parser.Consume<DocumentStart>();
            var node = yaml.Node(0);
            yaml.parser.Consume<DocumentEnd>();
            if (!yaml.parser.Accept<StreamEnd>(out _)) throw yaml.Refused("There is more than one document.");
            return node;
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw yaml.Refused("This is not YAML that can be read from here on.");
        }
    }

    /// <param name="text">One that <see cref="Read"/> has read.</param>
    /// <returns>Where each member stands, by its path; a setting also without the word <c>environments</c>, as it is named everywhere else.</returns>
    internal static Dictionary<string, DocumentPlaces.Mark> Places(string text)
    {
        var marks = new Dictionary<string, DocumentPlaces.Mark>(StringComparer.Ordinal);
        var parser = ParserOf(text);
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        Walk(parser, [""], depth: 0, marks);
        return marks;
    }

    public static string Write(JsonNode node)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings().WithBestWidth(160));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in members)
                {
                    emitter.Emit(new Scalar(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, items.All(item => item is System.Text.Json.Nodes.JsonValue or null) ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case System.Text.Json.Nodes.JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String:
                // Quoted where bare it would be something else.
                var said = text.GetValue<string>();
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, said, IsPlainText(said) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, isPlainImplicit: true, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static bool IsPlainText(string text) => text.Length > 0 && !text.Contains('\n', StringComparison.Ordinal) && Plain(text) is System.Text.Json.Nodes.JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String;

    private static JsonNode? Plain(string text)
    {
        switch (text)
        {
            case "" or "null" or "~": return null;
            case "true": return true;
            case "false": return false;
        }

        if (text[0] is not ('-' or (>= '0' and <= '9'))) return text;
        try
        {
            return JsonNode.Parse(text) is System.Text.Json.Nodes.JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number ? number : text;
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private JsonNode? Node(int depth)
    {
        if (depth > Deepest) throw Refused("This is nested too deeply.");
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty)) throw Refused("Anchors and tags are not accepted.");
        if (parser.Accept<Scalar>(out var text) && text.Value.Contains('\0', StringComparison.Ordinal)) throw Refused("A text contains the character NUL.");
        if (parser.TryConsume<Scalar>(out var scalar)) return scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : scalar.Value;
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
            return items;
        }

        if (!parser.TryConsume<MappingStart>(out _)) throw Refused("Aliases are not accepted.");
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.Accept<Scalar>(out _)) throw Refused("A key has to be a text.");
            var key = parser.Consume<Scalar>();
            if (key.Value.Contains('\0', StringComparison.Ordinal)) throw new YamlException(key.Start, key.End, "A key contains the character NUL.");
            if (!members.TryAdd(key.Value, Node(depth + 1))) faults.Add(new(Place(key.Start), $"The key {key.Value} is there twice.", null, "each key once"));
        }

        return members;
    }

    private static void Walk(IParser parser, string[] paths, int depth, Dictionary<string, DocumentPlaces.Mark> marks)
    {
        if (parser.TryConsume<Scalar>(out _)) return;
        if (parser.TryConsume<SequenceStart>(out _))
        {
            for (var i = 0; !parser.TryConsume<SequenceEnd>(out _); i++)
            {
                string[] items = [.. paths.Select(path => string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))];
                Add(items, parser.Current!.Start);
                Walk(parser, items, depth + 1, marks);
            }

            return;
        }

        parser.Consume<MappingStart>();
        for (var i = 0; !parser.TryConsume<MappingEnd>(out _); i++)
        {
            var key = parser.Consume<Scalar>();
            string[] members = depth == 0 ? [key.Value, "file." + key.Value] : [.. paths.Select(path => $"{path}.{key.Value}")];
            Add(members, key.Start);
            // The short form of conditions is a list like the long one.
            if (paths[0].EndsWith(".conditions", StringComparison.Ordinal)) Add(paths.Select(path => string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")), key.Start);
            Walk(parser, depth == 2 && key.Value == "environments" ? [.. members, .. paths] : members, depth + 1, marks);
        }

        void Add(IEnumerable<string> all, Mark at)
        {
            foreach (var path in all) marks.TryAdd(path, new DocumentPlaces.Mark(at.Line, at.Column));
        }
    }

    /// <summary>A place that has no path.</summary>
    internal static string Place(Mark at) => string.Create(CultureInfo.InvariantCulture, $"line {at.Line}, column {at.Column}");

    private static Parser ParserOf(string text) => new(new Scanner(new StringReader(text), skipComments: true));

    private YamlException Refused(string why) => new(parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty, why);
}
