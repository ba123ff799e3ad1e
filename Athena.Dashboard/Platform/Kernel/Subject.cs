namespace Athena.Dashboard.Platform.Kernel;

/// <summary>What an event or a gate set is about, as slices name it to each other without knowing each other.</summary>
/// <param name="Kind">Singular noun in lower case; each slice's Contracts name theirs.</param>
/// <param name="Id">The name that stands in URLs: a version, a key, a GUID.</param>
public readonly record struct Subject(string Kind, string Id)
{
    /// <summary>The form in storage, hub groups and URLs' query: <c>release/1.2.0</c>.</summary>
    public override string ToString() => Kind + "/" + Id;

    /// <exception cref="FormatException">There is no <c>/</c>.</exception>
    public static Subject Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? new Subject(text[..slash], text[(slash + 1)..]) : throw new FormatException($"'{text}' is not kind/id.");
    }
}
