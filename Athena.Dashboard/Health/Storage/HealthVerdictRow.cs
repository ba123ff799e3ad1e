using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

public enum VerdictRecordKind
{
    /// <summary>The verdict or its cause became another.</summary>
    Change,

    /// <summary>Once an hour, whatever it is.</summary>
    Summary,
}

/// <summary>What a rule said and from which figures. Rows are only ever added.</summary>
public sealed class HealthVerdictRow
{
    public Guid Id { get; set; }

    public Guid RolloutId { get; set; }

    public DateTimeOffset At { get; set; }

    public VerdictRecordKind Kind { get; set; }

    /// <summary>The list that the rule comes from.</summary>
    public required string List { get; set; }

    public RuleSense Sense { get; set; }

    /// <summary>As written.</summary>
    public required string Rule { get; set; }

    public required string Metric { get; set; }

    public Comparison Comparison { get; set; }

    public double Threshold { get; set; }

    /// <summary>Null at the first look of a stage, and in summaries.</summary>
    public Verdict? Before { get; set; }

    public Verdict Verdict { get; set; }

    public UndecidedCause? Cause { get; set; }

    /// <summary>The value that was compared.</summary>
    public double? Observed { get; set; }

    public long Samples { get; set; }

    public long Needed { get; set; }

    /// <summary>Null for the whole stage.</summary>
    public double? WindowSeconds { get; set; }

    /// <summary>Where the counts begin.</summary>
    public DateTimeOffset CountedFrom { get; set; }

    /// <summary>Counts of the exposed arm, as <see cref="TallyJson"/> writes them.</summary>
    public required string Exposed { get; set; }

    public required string Control { get; set; }

    public DateTimeOffset? LastBatchAt { get; set; }

    public required string Explanation { get; set; }

    /// <summary>JSON of an <see cref="EvidenceReading"/>: evidence, limit and counts of a sequential rule; null for one over a window.</summary>
    public string? Evidence { get; set; }

    /// <summary>The control was in the same trouble.</summary>
    public bool IsShared { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthVerdictRow>
    {
        public void Configure(EntityTypeBuilder<HealthVerdictRow> builder)
        {
            builder.ToTable("health_verdicts");
            builder.HasKey(row => row.Id);
            builder.HasIndex(row => new { row.RolloutId, row.At });
        }
    }

    internal static HealthVerdictRow From(Guid id, Guid rolloutId, Domain.VerdictChange change, VerdictRecordKind kind)
    {
        var verdict = change.To;
        var rule = verdict.Rule.Rule;
        return new HealthVerdictRow
        {
            Id = id,
            RolloutId = rolloutId,
            At = change.At,
            Kind = kind,
            List = verdict.Rule.List,
            Sense = verdict.Rule.Sense,
            Rule = rule.Text,
            Metric = rule.Metric,
            Comparison = rule.Comparison,
            Threshold = rule.Threshold,
            Before = change.From?.Verdict,
            Verdict = verdict.Verdict,
            Cause = verdict.Cause,
            Observed = verdict.Observed,
            Samples = verdict.Samples,
            Needed = verdict.Needed,
            WindowSeconds = verdict.Window?.TotalSeconds,
            CountedFrom = change.Measured.From,
            Exposed = TallyJson.Write(change.Measured.Exposed),
            Control = TallyJson.Write(change.Measured.Control),
            LastBatchAt = verdict.LastBatchAt,
            Explanation = verdict.Explanation,
            Evidence = verdict.Evidence is null ? null : System.Text.Json.JsonSerializer.Serialize(verdict.Evidence, JsonColumn.Options),
            IsShared = verdict.IsShared,
        };
    }
}
