using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>The fields of one mapping. What is needed and missing, and what is there and unknown, is complained of.</summary>
internal sealed class FieldMap
{
    private readonly Place place;
    private readonly Dictionary<string, YamlField> fields;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    // A mapping that is missing or something else was complained of once; its fields are not missed again.
    private readonly bool isBroken;

    private FieldMap(Place place, YamlMap? map)
    {
        this.place = place;
        isBroken = map is null;
        fields = map?.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal) ?? [];
    }

    public DocumentProblems Problems => place.Problems;

    /// <summary>Reads a mapping to its end; <paramref name="read"/> must ask for every field that may stand there.</summary>
    public static T Read<T>(Place place, Func<FieldMap, T> read)
    {
        if (place.Node is not YamlMap) place.Complain("This is not a mapping.", "a mapping of fields");
        var map = new FieldMap(place, place.Node as YamlMap);
        var value = read(map);
        map.ComplainOfUnknown();
        return value;
    }

    public bool Has(string name)
    {
        known.Add(name);
        return fields.ContainsKey(name);
    }

    /// <summary>The place of a field's value, or of the mapping when the field is missing.</summary>
    public Place At(string name) =>
        fields.TryGetValue(name, out var field) ? place with { Node = field.Value, Path = YamlTree.PathOf(place.Path, name) } : place;

    public T Need<T>(string name, T absent, Func<Place, T> read)
    {
        if (Has(name)) return read(At(name));
        if (!isBroken) place.Problems.Add(place.Node.Line, place.Node.Column, place.Path, $"The field '{name}' is missing.", expected: name);
        return absent;
    }

    public T Take<T>(string name, T absent, Func<Place, T> read) => Has(name) ? read(At(name)) : absent;

    public string Text(string name) => Need(name, "", at => at.Text());

    public string Text(string name, string absent) => Take(name, absent, at => at.Text());

    public bool Flag(string name) => Take(name, false, at => at.Flag());

    public T Word<T>(string name)
        where T : struct, Enum => Need<T>(name, default, at => at.Word<T>());

    public ImmutableArray<string> Texts(string name) => Take(name, [], at => at.List(item => item.Text()));

    /// <summary>A key that must differ from the others in <paramref name="taken"/>.</summary>
    public string Key(string name, Dictionary<string, int> taken)
    {
        var key = Need(name, "", at => at.Key());
        if (key.Length > 0 && !taken.TryAdd(key, At(name).Node.Line))
            At(name).Complain($"The key is used twice; the first is in line {taken[key]}.", "a key of its own");
        return key;
    }

    public T Map<T>(string name, Func<FieldMap, T> read)
    {
        // A missing mapping is read as a broken one, so that there is a value to go on with.
        if (!Has(name))
        {
            Need(name, "", _ => "");
            return read(new FieldMap(place, null));
        }

        return Read(At(name), read);
    }

    public ImmutableArray<T> Maps<T>(string name, Func<FieldMap, T> read) => Need(name, [], at => at.List(item => Read(item, read)));

    /// <summary>A list of mappings that may not be empty.</summary>
    public ImmutableArray<T> SomeMaps<T>(string name, Func<FieldMap, T> read)
    {
        var items = Maps(name, read);
        if (items.IsEmpty && At(name).Node is YamlList) At(name).Complain("The list is empty.", "at least one");
        return items;
    }

    private void ComplainOfUnknown()
    {
        foreach (var field in fields.Values.Where(field => !known.Contains(field.Name)))
        {
            place.Problems.Add(
                field.Line,
                field.Column,
                YamlTree.PathOf(place.Path, field.Name),
                "The field is not known here.",
                $"'{field.Name}'",
                Words.Expected(field.Name, known));
        }
    }
}
