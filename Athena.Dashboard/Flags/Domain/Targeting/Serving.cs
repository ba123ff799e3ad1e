using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>What somebody gets: one variant, or a split over several by weight.</summary>
public sealed record Serving
{
    public const string VariantSalt = "/variant";

    /// <summary>The sum of weights in 0.001 % steps is 100,000; any other sum divides as well.</summary>
    public const int LargestWeight = 1_000_000_000;

    public const int MostShares = 100;

    /// <summary>The one variant, or null where <see cref="Split"/> says.</summary>
    public string? Variant { get; init; }

    /// <summary>Empty where <see cref="Variant"/> says.</summary>
    public ImmutableArray<Share> Split { get; init; } = [];

    /// <summary>Attribute whose value decides.</summary>
    public string By { get; init; } = ContextNames.TargetingKey;

    /// <summary>
    /// Follows the flag's key in the hash. With another than the percentage's the variants are not all given to those
    /// who were exposed first; a split that came from elsewhere keeps what it had there.
    /// </summary>
    public string Salt { get; init; } = VariantSalt;

    [JsonIgnore]
    public long Total => Split.Sum(share => (long)share.Weight);

    public static Serving Of(string variant) => new() { Variant = variant };

    /// <summary>The variants that somebody can get by it.</summary>
    public IEnumerable<string> Variants() => Variant is { } one ? [one] : Split.Where(share => share.Weight > 0).Select(share => share.Variant);

    public bool Equals(Serving? other) =>
        other is not null && other.Variant == Variant && other.Split.SequenceEqual(Split) && (Split.IsEmpty || (other.By == By && other.Salt == Salt));

    public override int GetHashCode() => HashCode.Combine(Variant, Split.Length);

    public override string ToString() => Variant ?? string.Join(", ", Split.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Variant} {100.0 * share.Weight / Total:0.###} %"))) + $" by {By}";

    public IEnumerable<RefusalItem> Faults(string place, IReadOnlyCollection<string> variants)
    {
        if (Variant is not null == !Split.IsEmpty)
        {
            yield return new(place, "serves nothing, or a variant and a split", null, "variant or split");
            yield break;
        }

        if (Variant is not null && !variants.Contains(Variant)) yield return new(place + ".variant", "is not a variant of the flag", ConditionRules.Shorten(Variant), string.Join(", ", variants));
        if (Split.IsEmpty) yield break;
        if (Split.Length > MostShares) yield return new(place + ".split", "has too many shares", $"{Split.Length}", $"up to {MostShares}");
        for (var i = 0; i < Split.Length; i++)
        {
            var share = Split[i];
            if (!variants.Contains(share.Variant)) yield return new($"{place}.split[{i}].variant", "is not a variant of the flag", ConditionRules.Shorten(share.Variant), string.Join(", ", variants));
            if (share.Weight is < 0 or > LargestWeight) yield return new($"{place}.split[{i}].weight", "is not a weight", $"{share.Weight}", $"0 to {LargestWeight}");
        }

        foreach (var twice in Split.GroupBy(share => share.Variant, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new(place + ".split", "names a variant twice", ConditionRules.Shorten(twice.Key), "each variant once");
        if (Total is <= 0 or > int.MaxValue) yield return new(place + ".split", "has weights of a wrong sum", $"{Total}", $"1 to {int.MaxValue}; 100000 for steps of 0.001 %");
        if (!ConditionRules.IsText(By)) yield return new(place + ".by", "has a wrong length", ConditionRules.Shorten(By), $"1 to {ConditionRules.LongestValue} characters");
        if (Salt.Length > ConditionRules.LongestValue) yield return new(place + ".salt", "is too long", $"{Salt.Length} characters", $"up to {ConditionRules.LongestValue} characters");
    }
}

/// <param name="Weight">Its part of the sum of all weights.</param>
public sealed record Share(string Variant, int Weight);
