using System.Collections.Immutable;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Holds when the context's attribute, or one element of it if it is a list, is one of the values.</summary>
public sealed record Condition(string Attribute, ImmutableArray<string> Values)
{
    public bool Equals(Condition? other) => other is not null && other.Attribute == Attribute && other.Values.SequenceEqual(Values, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Attribute, Values.Length);

    public override string ToString() => $"{Attribute} is {string.Join(" or ", Values)}";
}
