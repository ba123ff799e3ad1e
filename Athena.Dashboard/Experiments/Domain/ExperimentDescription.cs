using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments.Domain;

/// <summary>What an experiment compares; fixed from its start, or the readout would answer another question.</summary>
/// <param name="Guards">None of them may get worse by more than its margin.</param>
/// <param name="PlannedUsers">How many users are expected in all; intervals are about narrowest there.</param>
public sealed record ExperimentDesign(string Control, ImmutableArray<string> Treatments, ExperimentMetric Primary, ImmutableArray<ExperimentMetric> Guards, long PlannedUsers = ExperimentDesign.DefaultUsers)
{
    public const int MostTreatments = 9;
    public const int MostGuards = 9;
    public const long DefaultUsers = 5_000;
    public const long MostUsers = 1_000_000_000;

    /// <summary>Control first.</summary>
    [JsonIgnore]
    public IEnumerable<string> Variants => Treatments.Prepend(Control);

    /// <summary>The primary one first.</summary>
    [JsonIgnore]
    public IEnumerable<ExperimentMetric> Metrics => Guards.Prepend(Primary);

    public bool IsSameAs(ExperimentDesign other) =>
        Control == other.Control && Primary == other.Primary && PlannedUsers == other.PlannedUsers && Treatments.SequenceEqual(other.Treatments, StringComparer.Ordinal) && Guards.SequenceEqual(other.Guards);

    /// <param name="variants">Those of the flag; null where it is not known.</param>
    internal IEnumerable<RefusalItem> Faults(IReadOnlyCollection<string>? variants)
    {
        if (Treatments.Length is 0 or > MostTreatments) yield return new("treatments", "are none or too many", $"{Treatments.Length}", $"1 to {MostTreatments} variants beside the control");
        if (Guards.Length > MostGuards) yield return new("guards", "are too many", $"{Guards.Length}", $"up to {MostGuards}");
        if (PlannedUsers is < 2 * ExperimentReadout.FewestUsers or > MostUsers) yield return new("plannedUsers", "is out of range", $"{PlannedUsers}", $"{2 * ExperimentReadout.FewestUsers} to {MostUsers}");
        foreach (var twice in Variants.GroupBy(variant => variant, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new("treatments", "name a variant twice", ExperimentDescription.Shorten(twice.Key), "control and treatments, each variant once");
        foreach (var fault in Primary.Faults("primary", isGuard: false)) yield return fault;
        foreach (var fault in Guards.SelectMany((guard, i) => guard.Faults($"guards[{i}]", isGuard: true))) yield return fault;
        foreach (var twice in Metrics.GroupBy(metric => metric.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new("guards", "name a metric twice", ExperimentDescription.Shorten(twice.Key), "primary metric and guards, each name once");
        if (variants is null) yield break;
        if (!variants.Contains(Control)) yield return new("control", "is not a variant of the flag", ExperimentDescription.Shorten(Control), string.Join(", ", variants));
        for (var i = 0; i < Treatments.Length; i++)
        {
            if (!variants.Contains(Treatments[i])) yield return new($"treatments[{i}]", "is not a variant of the flag", ExperimentDescription.Shorten(Treatments[i]), string.Join(", ", variants));
        }
    }
}

/// <summary>What people say of an experiment before it begins.</summary>
/// <param name="PlannedStart">When it begins by itself; null for by hand.</param>
/// <param name="PlannedStop">When it stops by itself; null for by hand.</param>
public sealed record ExperimentDescription(
    string Key,
    string Name,
    string Hypothesis,
    string FlagKey,
    string Environment,
    ExperimentDesign Design,
    string? Owner = null,
    DateTimeOffset? PlannedStart = null,
    DateTimeOffset? PlannedStop = null)
{
    public const int LongestKey = 100;
    public const int LongestName = 120;
    public const int LongestText = 4_000;
    public const string KeyRule = "letters, digits, '.', '_' and '-', beginning with a letter or digit, up to 100";

    public static bool IsKey(string key) =>
        key.Length is > 0 and <= LongestKey && char.IsAsciiLetterOrDigit(key[0]) && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    internal static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <param name="variants">Those of the flag; null where there is no such flag.</param>
    /// <param name="before">What it was; null for a new one.</param>
    internal InputFaults Faults(IReadOnlyCollection<string>? variants, Experiment? before, DateTimeOffset now)
    {
        var faults = new InputFaults();
        if (!IsKey(Key)) faults.Add("key", "is not a key of an experiment", Shorten(Key), KeyRule);
        faults.Text("name", Name, LongestName);
        faults.Text("hypothesis", Hypothesis, LongestText, required: false);
        faults.OptionalText("owner", Owner, LongestName);
        if (variants is null) faults.Add("flagKey", "is not a flag", Shorten(FlagKey), "the key of a flag");
        foreach (var fault in Design.Faults(variants)) faults.Add(fault.Place, fault.Message, fault.Found, fault.Expected);
        if (PlannedStart is { } start && start != before?.PlannedStart && start <= now) faults.Add("plannedStart", "is past", $"{start:u}", "a time to come");
        if (PlannedStop is { } stop && stop != before?.PlannedStop && stop <= now) faults.Add("plannedStop", "is past", $"{stop:u}", "a time to come");
        if (PlannedStart is not null && PlannedStop <= PlannedStart) faults.Add("plannedStop", "is not after the start", $"{PlannedStop:u}", $"later than {PlannedStart:u}");
        if (PlannedStart is not null && string.IsNullOrWhiteSpace(Hypothesis)) faults.Add("hypothesis", "is empty, and nothing begins without one", null, "what is expected to happen, and why");
        return faults;
    }
}
