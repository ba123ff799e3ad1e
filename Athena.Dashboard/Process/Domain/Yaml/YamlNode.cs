using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>A piece of a document with its place; lines and columns are 1-based.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>For messages: what it is, or what it says.</summary>
    public abstract string Describe();
}

/// <param name="Origin">
/// Columns from the node's own to the text's first character, when the text stands in the document letter by letter;
/// null when it was folded or escaped, so that no offset in it can be pointed at.
/// </param>
internal sealed record YamlScalar(int Line, int Column, string Text, bool IsPlain, int? Origin) : YamlNode(Line, Column)
{
    /// <summary>Nothing was written, or the word for nothing.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null";

    public int ColumnAt(int offset) => Origin is { } origin ? Column + origin + offset : Column;

    public override string Describe() => IsNull ? "nothing" : $"'{Text}'";
}

internal sealed record YamlList(int Line, int Column, ImmutableArray<YamlNode> Items) : YamlNode(Line, Column)
{
    public override string Describe() => Items.Length == 1 ? "a list of 1" : $"a list of {Items.Length}";
}

internal sealed record YamlMap(int Line, int Column, ImmutableArray<YamlField> Fields) : YamlNode(Line, Column)
{
    public override string Describe() =>
        Fields.IsEmpty ? "an empty mapping" : $"a mapping with {string.Join(", ", Fields.Take(3).Select(field => field.Name))}{(Fields.Length > 3 ? ", …" : "")}";
}

internal sealed record YamlField(string Name, int Line, int Column, YamlNode Value);
