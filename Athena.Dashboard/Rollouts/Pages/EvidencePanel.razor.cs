using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>What the sequential guards have gathered, against the limits that decide, and both sides beside each other.</summary>
public sealed partial class EvidencePanel
{
    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter]
    public ImmutableArray<RuleVerdict> Verdicts { get; set; } = [];

    private List<(RuleVerdict Verdict, EvidenceReading Evidence)> Rows =>
        [.. Verdicts.Where(verdict => verdict.Evidence is not null).Select(verdict => (verdict, verdict.Evidence!))];

    private static string Needs(RuleVerdict verdict, EvidenceReading evidence) =>
        verdict is { Verdict: Verdict.Undecided, Cause: UndecidedCause.TooLittleData }
            ? verdict.Rule.Sequential!.Kind == SequentialKind.AgainstControl && evidence.NeededMore > 0
                ? EvidenceWords.Missing(evidence) + " to find three times the errors."
                : EvidenceWords.Missing(evidence) + "."
            : verdict.Explanation;

    private static string Counted(RuleVerdict verdict) => verdict.Rule.Sequential?.Above is null ? "Requests" : "Times";

    private static string Failed(RuleVerdict verdict) => verdict.Rule.Sequential?.Above is null ? "Errors" : "Too long";

    private static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Share(long errors, long requests) =>
        requests == 0 ? "–" : (100.0 * errors / requests).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
