using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>How the points of a source are to be read.</summary>
/// <param name="Source">Its name.</param>
/// <param name="FlagAttribute">The attribute that holds the flag's key.</param>
/// <param name="ArmAttribute">The attribute that says which arm.</param>
/// <param name="Arms">What that attribute's values mean.</param>
/// <param name="InstanceAttributes">What tells instances apart; those that are missing are left out.</param>
/// <param name="Latency">The histogram of response times; empty for none.</param>
/// <param name="LatencyUnit">Its unit where the metric does not say one; empty when it has to.</param>
/// <param name="Export">Time between two exports.</param>
public sealed record OtlpLayout(
    string Source,
    string FlagAttribute,
    string ArmAttribute,
    FrozenDictionary<string, Arm> Arms,
    ImmutableArray<string> InstanceAttributes,
    ImmutableArray<OtlpCount> Counts,
    string Latency,
    string LatencyUnit,
    TimeSpan Export)
{
    /// <summary>Distances beyond this are gaps: what was counted in them is not known to be of that time.</summary>
    public TimeSpan Longest => Export * 2.5;

    /// <summary>Another layout counts other things: what was known of a series says nothing about it.</summary>
    public string Fingerprint { get; } = Hash(string.Join('\n', [
        FlagAttribute, ArmAttribute, Latency, LatencyUnit,
        .. Arms.OrderBy(arm => arm.Key, StringComparer.Ordinal).Select(arm => $"{arm.Key}={arm.Value}"),
        .. InstanceAttributes,
        .. Counts.Select(count => $"{count.Name}:{count.Metric}:{string.Join(',', count.Where.Select(one => $"{one.Attribute}={one.Pattern}"))}")]))[..16];

    public bool Names(string metric) => metric == Latency || Counts.Any(count => count.Metric == metric);

    public string InstanceOf(OtlpPoint point)
    {
        var who = string.Join(' ', InstanceAttributes.Select(attribute => point[attribute]).Where(value => value.Length > 0));
        var name = Source + "/" + new string([.. who.Where(letter => !char.IsControl(letter))]);
        return name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 83), "~", Hash(name).AsSpan(0, 16));
    }

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}

/// <summary>Where one count comes from.</summary>
/// <param name="Name">As in the metric catalogue, or score_1 to score_5.</param>
/// <param name="Metric">A sum that only rises, or a histogram, whose count is taken; for users and adopters a gauge.</param>
/// <param name="Where">What its points' attributes have to be; points that differ in other attributes are summed.</param>
public sealed record OtlpCount(string Name, string Metric, ImmutableArray<OtlpCondition> Where)
{
    /// <summary>How many people there are at a moment cannot be had by adding up.</summary>
    public bool IsOfPeople => Name is "users" or "adopters";

    public bool Takes(OtlpPoint point)
    {
        foreach (var condition in Where)
        {
            if (!condition.IsTrueOf(point)) return false;
        }

        return true;
    }
}

/// <param name="Pattern">A value; <c>5*</c> for all that begin so, <c>*</c> for any.</param>
public sealed record OtlpCondition(string Attribute, string Pattern)
{
    public bool IsTrueOf(OtlpPoint point)
    {
        var value = point[Attribute];
        return Pattern.EndsWith('*') ? value.Length > 0 && value.AsSpan().StartsWith(Pattern.AsSpan(0, Pattern.Length - 1), StringComparison.Ordinal) : value == Pattern;
    }
}
