using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A set of strings that is asked with bytes as they came over the wire. Never allocates when asked.</summary>
public sealed class Utf8Set
{
    // Below this a walk over lengths and bytes beats hashing.
    private const int FewValues = 6;

    private readonly byte[][]? few;
    private readonly FrozenSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> many;

    public Utf8Set(IEnumerable<string> values)
    {
        Values = [.. values.Distinct(StringComparer.Ordinal)];
        var bytes = Values.Select(Encoding.UTF8.GetBytes).ToArray();
        if (bytes.Length <= FewValues) few = bytes;
        else many = bytes.ToFrozenSet(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public ImmutableArray<string> Values { get; }

    public bool Contains(ReadOnlySpan<byte> value)
    {
        if (few is null) return many.Contains(value);
        foreach (var candidate in few)
        {
            if (value.SequenceEqual(candidate)) return true;
        }

        return false;
    }
}

internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly Utf8Comparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)Murmur3.Hash(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
