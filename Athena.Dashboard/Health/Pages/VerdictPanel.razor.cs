using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>The verdicts of one rollout as the last look left them, kept up to date by itself.</summary>
public sealed partial class VerdictPanel
{
    private ImmutableArray<RuleVerdict> verdicts = [];
    private SourceFreshness freshness = SourceFreshness.Never;

    [Inject]
    private IHealthJudge Judge { get; set; } = default!;

    [Inject]
    private IHealthSources Sources { get; set; } = default!;

    [Parameter, EditorRequired]
    public Guid RolloutId { get; set; }

    /// <summary>The process that the rollout follows; the one in force without it.</summary>
    [Parameter]
    public ProcessDocument? Document { get; set; }

    private StateKind Worst => verdicts.Any(verdict => verdict.Verdict == Verdict.Bad) ? StateKind.Harm : StateKind.Neutral;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == MeasuredSubject.Of(RolloutId) && envelope.Event is IHealthEvent;

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        verdicts = Judge.Latest(RolloutId);
        freshness = Sources.Freshness(RolloutId, Clock.GetUtcNow());
        return Task.CompletedTask;
    }
}
