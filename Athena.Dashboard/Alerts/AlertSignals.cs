using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Alerts;

/// <summary>What there is to alert about: rules that found harm, rollouts that are held or taken back, sources that fail.</summary>
public sealed class AlertSignals(IRolloutLookup rollouts, IHealthJudge judge, IProcessCatalog process, IOptions<AlertOptions> options)
{
    public const string RolledBack = "RolledBack";

    // Long enough that whoever was away reads of it, and not for ever.
    private static readonly TimeSpan KeepRollback = TimeSpan.FromHours(1);

    private TimeSpan Held => TimeSpan.FromSeconds(options.Value.HeldSeconds);

    private TimeSpan Keep => TimeSpan.FromMinutes(options.Value.KeepFiringMinutes);

    /// <returns>A signal for each thing that could be looked at, and whether an alert is about something that is no more.</returns>
    public async Task<(ImmutableArray<Signal> Signals, Func<Alert, bool> IsGone)> GatherAsync(CancellationToken cancellationToken)
    {
        var signals = ImmutableArray.CreateBuilder<Signal>();
        var judged = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var rollout in await rollouts.ListActiveAsync(cancellationToken))
        {
            if (rollout.StartedAt is null) continue;
            var verdicts = judge.Latest(rollout.Id);
            judged[rollout.Id.ToString()] = !verdicts.IsEmpty;
            if (rollout.State.IsInStage()) signals.AddRange(verdicts.Select(verdict => OfRule(rollout, verdict)));
            if (rollout.State == RolloutState.Held) signals.Add(OfHold(rollout));
            if (rollout.State == RolloutState.RollingBack)
                signals.Add(OfRollback(rollout.Id, rollout.FlagKey, rollout.Environment, rollout.Release, rollout.Because ?? "It is being taken back."));
        }

        return ([.. signals.DistinctBy(signal => signal.Fingerprint)], IsGone);

        // A rule that was not looked at since a restart is not known to be over; one whose stage is over is.
        bool IsGone(Alert alert) =>
            alert.Labels.GetValueOrDefault(AlertLabels.Rollout) is { } rollout
            && (!judged.TryGetValue(rollout, out var isJudged) || isJudged || alert.Origin == AlertOrigin.Product);
    }

    public Signal OfRollback(Guid rolloutId, string flag, string environment, string release, string reason) => new(
        Labels(rolloutId, flag, environment, release, RolledBack, isCritical: true), AlertOrigin.Product, reason, Href(rolloutId), true, TimeSpan.Zero, KeepRollback);

    public Signal OfSource(string source, string environment, bool isFailing, string detail) => new(
        ImmutableSortedDictionary<string, string>.Empty
            .Add(AlertLabels.Name, Inhibition.FailingSource)
            .Add(AlertLabels.Source, source)
            .Add(AlertLabels.Environment, environment)
            .Add(AlertLabels.Severity, "warning"),
        AlertOrigin.Product,
        $"{source} gives nothing to count: {detail}",
        "/health",
        isFailing,
        Held,
        TimeSpan.Zero);

    private Signal OfRule(RolloutSummary rollout, RuleVerdict verdict)
    {
        var rule = verdict.Rule;
        var action = process.Current.Document.RuleLists.FirstOrDefault(list => list.Name == rule.List)?.ActionOf(rule.Rule) ?? rule.Rule.Action ?? RuleAction.Alert;
        var isCritical = rule.Rule.Severity is { } severity ? severity == RuleSeverity.Critical : action >= RuleAction.Gradual;
        return new Signal(
            Labels(rollout.Id, rollout.FlagKey, rollout.Environment, rollout.Release, rule.Rule.Text, isCritical).Add("list", rule.List).Add(AlertLabels.Metric, rule.Rule.Metric),
            AlertOrigin.Rule,
            verdict.Explanation,
            Href(rollout.Id),
            verdict.Verdict switch { Verdict.Bad => true, Verdict.Good => false, _ => null },
            TimeSpan.Zero,
            Keep);
    }

    private Signal OfHold(RolloutSummary rollout) => new(
        Labels(rollout.Id, rollout.FlagKey, rollout.Environment, rollout.Release, Inhibition.HeldRollout, isCritical: false)
            .Add(AlertLabels.Cause, rollout.Cause?.ToString().ToLowerInvariant() ?? "unknown"),
        AlertOrigin.Product,
        rollout.Because ?? "The rollout is held.",
        Href(rollout.Id),
        true,
        Held,
        TimeSpan.Zero);

    private static ImmutableSortedDictionary<string, string> Labels(Guid rolloutId, string flag, string environment, string release, string name, bool isCritical) =>
        ImmutableSortedDictionary<string, string>.Empty
            .Add(AlertLabels.Name, name)
            .Add(AlertLabels.Rollout, rolloutId.ToString())
            .Add(AlertLabels.Flag, flag)
            .Add(AlertLabels.Environment, environment)
            .Add(AlertLabels.Release, release)
            .Add(AlertLabels.Severity, isCritical ? "critical" : "warning");

    private static string Href(Guid rolloutId) => "/rollouts/" + rolloutId;
}
