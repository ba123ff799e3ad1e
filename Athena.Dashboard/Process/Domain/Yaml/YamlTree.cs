using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>
/// Text to nodes with places. Takes the plain part of YAML that a person needs to write a document: one document,
/// no anchors, aliases or tags (a small text could stand for gigabytes), no duplicate keys, limited depth and size.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Bytes of UTF-8; the default process takes about 25 KB.</summary>
    public const int LargestSize = 256 * 1024;

    private const int Deepest = 24;

    private readonly DocumentProblems problems;
    private readonly Parser parser;
    private bool stopped;

    private YamlTree(string text, DocumentProblems problems)
    {
        this.problems = problems;
        parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    public static bool IsTooLarge(string text) => text.Length > LargestSize || Encoding.UTF8.GetByteCount(text) > LargestSize;

    /// <returns>Null when there is nothing that could be read further; the problems then say why.</returns>
    public static YamlNode? Load(string text, DocumentProblems problems)
    {
        var tree = new YamlTree(text, problems);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException broken)
        {
            tree.Report(broken.Start, "", "This is not YAML: " + Reason(broken));
            return null;
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner meets some malformed escapes, directives and endings only in the framework's own checks.
            tree.Report(tree.parser.Current?.End ?? Mark.Empty, "", "This is not YAML that can be read from here on.");
            return null;
        }
    }

    private static string Reason(YamlException broken)
    {
        var reason = broken.InnerException?.Message ?? broken.Message;
        return char.ToLowerInvariant(reason[0]) + reason[1..];
    }

    private YamlNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            problems.Add(1, 1, "", "The document is empty.");
            return null;
        }

        var root = ReadNode("", 0);
        if (stopped) return null;
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second)) Report(second.Start, "", "A second document begins here.", expected: "one document");
        return root;
    }

    private YamlNode ReadNode(string path, int depth)
    {
        var node = parser.Consume<ParsingEvent>();
        var (line, column) = PlaceOf(node.Start);
        var nothing = new YamlScalar(line, column, "", IsPlain: true, Origin: null);
        if (depth > Deepest)
        {
            Report(node.Start, path, "The document is nested too deeply.", expected: $"at most {Deepest} levels");
            stopped = true;
            return nothing;
        }

        if (node is NodeEvent { Anchor.IsEmpty: false } anchored)
            Report(node.Start, path, "Anchors are not used in this document.", "&" + anchored.Anchor.Value);
        if (node is NodeEvent { Tag.IsEmpty: false } tagged)
            Report(node.Start, path, "Tags are not used in this document.", tagged.Tag.ToString());

        switch (node)
        {
            case Scalar scalar:
                return new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain, OriginOf(scalar));
            case SequenceStart:
                return new YamlList(line, column, ReadItems(path, depth));
            case MappingStart:
                return new YamlMap(line, column, ReadFields(path, depth));
            default:
                Report(node.Start, path, "Aliases are not used in this document.", (node as AnchorAlias)?.Value.Value, "the value itself");
                return nothing;
        }
    }

    private ImmutableArray<YamlNode> ReadItems(string path, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!stopped && !parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        return items.ToImmutable();
    }

    private ImmutableArray<YamlField> ReadFields(string path, int depth)
    {
        var fields = new Dictionary<string, YamlField>(StringComparer.Ordinal);
        while (!stopped && !parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(path, depth + 1);
            if (stopped) break;
            var name = (key as YamlScalar)?.Text ?? "";
            var value = ReadNode(PathOf(path, name), depth + 1);
            if (key is not YamlScalar) problems.Add(key.Line, key.Column, path, "A field's name is text.", key.Describe());
            else if (fields.TryGetValue(name, out var first))
                problems.Add(key.Line, key.Column, PathOf(path, name), $"The field stands twice; the first is in line {first.Line}.");
            else
                fields.Add(name, new YamlField(name, key.Line, key.Column, value));
        }

        return [.. fields.Values];
    }

    public static string PathOf(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";

    private static int? OriginOf(Scalar scalar)
    {
        if (scalar.Start.Line != scalar.End.Line) return null;
        var quotes = scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0;
        return scalar.End.Column - scalar.Start.Column == scalar.Value.Length + (2 * quotes) ? quotes : null;
    }

    private static (int Line, int Column) PlaceOf(Mark mark) => ((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private void Report(Mark mark, string path, string message, string? found = null, string? expected = null)
    {
        var (line, column) = PlaceOf(mark);
        problems.Add(line, column, path, message, found, expected);
    }
}
