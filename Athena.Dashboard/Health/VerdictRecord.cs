using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health;

/// <summary>One line of the verdict log, with everything that the verdict was made from.</summary>
/// <param name="Exposed">Counts as JSON.</param>
/// <param name="Control">Counts as JSON.</param>
public sealed record VerdictRecord(
    Guid Id,
    Guid RolloutId,
    DateTimeOffset At,
    VerdictRecordKind Kind,
    string List,
    RuleSense Sense,
    string Rule,
    string Metric,
    Comparison Comparison,
    double Threshold,
    Verdict? Before,
    Verdict Verdict,
    UndecidedCause? Cause,
    double? Observed,
    long Samples,
    long Needed,
    TimeSpan? Window,
    DateTimeOffset CountedFrom,
    string Exposed,
    string Control,
    DateTimeOffset? LastBatchAt,
    string Explanation)
{
    /// <summary>Evidence, limit and counts of a sequential rule; null for one over a window.</summary>
    public EvidenceReading? Evidence { get; init; }

    /// <summary>The control was in the same trouble.</summary>
    public bool IsShared { get; init; }

    internal static VerdictRecord From(HealthVerdictRow row) => new(
        row.Id, row.RolloutId, row.At, row.Kind, row.List, row.Sense, row.Rule, row.Metric, row.Comparison, row.Threshold, row.Before, row.Verdict,
        row.Cause, row.Observed, row.Samples, row.Needed, row.WindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, row.CountedFrom,
        row.Exposed, row.Control, row.LastBatchAt, row.Explanation)
    {
        Evidence = row.Evidence is null ? null : System.Text.Json.JsonSerializer.Deserialize<EvidenceReading>(row.Evidence, JsonColumn.Options),
        IsShared = row.IsShared,
    };
}
