using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments;

/// <summary>An experiment as the API shows it.</summary>
/// <param name="Shares">The part of users that each variant was given at the start; empty before.</param>
/// <param name="Answers">How often evaluation answered each variant while it ran.</param>
/// <param name="Readout">What it says by now; once decided, what it said then. Missing in the list.</param>
internal sealed record ExperimentResource(
    string Key,
    string Name,
    string Hypothesis,
    string FlagKey,
    string Environment,
    ExperimentState State,
    ExperimentDesign Design,
    string? Owner,
    DateTimeOffset? PlannedStart,
    DateTimeOffset? PlannedStop,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? StoppedAt,
    ImmutableSortedDictionary<string, double> Shares,
    ImmutableArray<Disturbance> Disturbances,
    DecisionResource? Decision,
    ImmutableSortedDictionary<string, long>? Answers,
    ExperimentReadout? Readout,
    long Version)
{
    public static ExperimentResource Of(Experiment experiment) => new(
        experiment.Key,
        experiment.Name,
        experiment.Hypothesis,
        experiment.FlagKey,
        experiment.Environment,
        experiment.State,
        experiment.Design,
        experiment.Owner,
        experiment.PlannedStart,
        experiment.PlannedStop,
        experiment.CreatedAt,
        experiment.StartedAt,
        experiment.StoppedAt,
        experiment.Shares,
        experiment.Disturbances,
        experiment.Decision is { } decision ? new DecisionResource(decision.Kind, decision.Variant, decision.Reason, decision.By, decision.At) : null,
        null,
        null,
        experiment.Version);

    public static ExperimentResource Of(ExperimentView view) => Of(view.Experiment) with { Answers = view.Answers, Readout = view.Readout };
}

internal sealed record DecisionResource(DecisionKind Kind, string? Variant, string Reason, string By, DateTimeOffset At);

/// <summary>What an experiment asks, whole, to replace the present one.</summary>
internal record ExperimentChange
{
    public required string Name { get; init; }

    /// <summary>What is expected to happen, and why; needed to begin.</summary>
    public string Hypothesis { get; init; } = "";

    /// <summary>The variant that the others are compared with.</summary>
    public required string Control { get; init; }

    public required ImmutableArray<string> Treatments { get; init; }

    /// <summary>What decides.</summary>
    public required MetricResource Primary { get; init; }

    /// <summary>What must not get worse by more than its margin.</summary>
    public ImmutableArray<MetricResource> Guards { get; init; } = [];

    /// <summary>How many users are expected in all; intervals are about narrowest there.</summary>
    public long PlannedUsers { get; init; } = ExperimentDesign.DefaultUsers;

    public string? Owner { get; init; }

    /// <summary>When it begins by itself, with offset; null for by hand.</summary>
    public DateTimeOffset? PlannedStart { get; init; }

    /// <summary>When it stops by itself, with offset; null for by hand.</summary>
    public DateTimeOffset? PlannedStop { get; init; }

    public ExperimentDescription ToDescription(string key, string flag, string environment) => new(
        key,
        Name,
        Hypothesis,
        flag,
        environment,
        new ExperimentDesign(Control, Treatments.IsDefault ? [] : Treatments, Primary.ToMetric(), Guards.IsDefault ? [] : [.. Guards.Select(guard => guard.ToMetric())], PlannedUsers),
        Owner,
        PlannedStart,
        PlannedStop);
}

/// <summary>What plans an experiment.</summary>
internal sealed record NewExperimentResource : ExperimentChange
{
    public required string Key { get; init; }

    public required string FlagKey { get; init; }

    public required string Environment { get; init; }
}

/// <inheritdoc cref="ExperimentMetric"/>
internal sealed record MetricResource
{
    public required string Name { get; init; }

    public MetricKind Kind { get; init; }

    public BetterDirection Better { get; init; }

    public string Unit { get; init; } = "";

    /// <summary>Of a guard: the loss that is tolerated. Of the primary metric: the smallest difference that matters, or null.</summary>
    public double? Margin { get; init; }

    public ExperimentMetric ToMetric() => new(Name, Kind, Better, Unit, Margin);
}

internal sealed record ExperimentReason
{
    public string Reason { get; init; } = "";
}

internal sealed record NewDecisionResource
{
    public required DecisionKind Kind { get; init; }

    /// <summary>The treatment that is shipped; null otherwise.</summary>
    public string? Variant { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Carries the decision out on the flag.</summary>
internal sealed record ShipmentResource
{
    public string Reason { get; init; } = "";

    /// <summary>The key of a production environment.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }
}

/// <summary>Outcomes of users, summed by variant.</summary>
internal sealed record OutcomesResource
{
    /// <summary>The same id is counted once; at most 100 characters.</summary>
    public required string BatchId { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required Dictionary<string, VariantOutcomes?> Variants { get; init; }

    public Outcome<OutcomeBatch> ToBatch()
    {
        var faults = new InputFaults();
        foreach (var (variant, outcomes) in Variants)
        {
            if (outcomes is null) faults.Add("variants." + ExperimentDescription.Shorten(variant), "is null", null, "users and metrics");
            foreach (var (metric, _) in outcomes?.Metrics.Where(metric => metric.Value is null) ?? [])
                faults.Add($"variants.{ExperimentDescription.Shorten(variant)}.metrics.{ExperimentDescription.Shorten(metric)}", "is null", null, "count and sum");
        }

        if (faults.Refused("outcomes_invalid", "The outcomes cannot be counted.", out var refusal)) return refusal;
        return new OutcomeBatch(BatchId, From, To, [.. Variants.Select(variant => variant.Value!.ToTally(variant.Key))]);
    }
}

internal sealed record VariantOutcomes
{
    /// <summary>Who got the variant for the first time, each once over all batches.</summary>
    public long Users { get; init; }

    public Dictionary<string, MetricOutcomes?> Metrics { get; init; } = [];

    public VariantTally ToTally(string variant) => new(variant, Users, Metrics.ToImmutableSortedDictionary(metric => metric.Key, metric => metric.Value!.ToTally(), StringComparer.Ordinal));
}

internal sealed record MetricOutcomes
{
    /// <summary>Users whose outcome became known, each once over all batches.</summary>
    public required long Count { get; init; }

    /// <summary>Of their values; of a proportion, how many did it.</summary>
    public required double Sum { get; init; }

    /// <summary>Of their values; may be missing for a proportion, where it is the sum.</summary>
    public double? SumOfSquares { get; init; }

    public MetricTally ToTally() => new(Count, Sum, SumOfSquares ?? Sum);
}
