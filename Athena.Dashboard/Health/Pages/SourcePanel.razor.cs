using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>One rollout's source: how fresh, how many, how much, and its charts in small.</summary>
public sealed partial class SourcePanel
{
    private static readonly string[] Drawn = ["error_rate", "response_time", "throughput", "user_satisfaction"];

    private JudgedRule[] rules = [];

    [Parameter, EditorRequired]
    public required HealthSource Source { get; set; }

    private string Title => Source.Rollout is { } rollout ? rollout.FlagKey : "A rollout that nobody reports for";

    private string Description => Source.Rollout is { } rollout
        ? rollout.Environment + (rollout.ReleaseVersion is { } version ? " · release " + version : "")
        : Source.RolloutId.ToString();

    private string Interval => Source.Freshness.Interval is { } interval ? DurationText.Write(interval) : "–";

    private StateKind Worst =>
        Source.Verdicts.Any(verdict => verdict.Verdict == Verdict.Bad) ? StateKind.Harm
        : Source is { Freshness.IsFresh: false, Scope: not null } ? StateKind.Hold
        : StateKind.Neutral;

    // The same array while the rules are the same, or the charts would begin anew every two seconds.
    protected override void OnParametersSet()
    {
        JudgedRule[] now = [.. Source.Verdicts.Select(verdict => verdict.Rule)];
        if (!now.SequenceEqual(rules)) rules = now;
    }

    private static string Count(Verdict verdict, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {verdict.ToString().ToLowerInvariant()}");

    private static string Whole(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Rate(double? rate) => rate is null ? "–" : Explanations.Value(rate, MetricUnit.Fraction);
}
