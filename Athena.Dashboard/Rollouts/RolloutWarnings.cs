using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

/// <summary>What is said about a plan besides its faults.</summary>
public sealed class RolloutWarnings(IHealthSources sources, IProcessCatalog processes, TimeProvider clock)
{
    public ImmutableArray<PlanWarning> Of(RolloutTerms terms, string environment, MetricCatalogue catalogue) =>
        PlanWarnings.Of(terms, environment, sources.Unsupplied(environment, PlanWarnings.MetricsOf(terms), catalogue, clock.GetUtcNow()));

    /// <summary>Of a rollout that is planned; once it runs, verdicts say what they lack.</summary>
    public async Task<ImmutableArray<PlanWarning>> OfAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        if (rollout.State != RolloutState.Planned) return [];
        var process = await processes.FindAsync(rollout.Terms.ProcessVersion, cancellationToken) ?? processes.Current;
        return Of(rollout.Terms, rollout.Environment, process.Document.Metrics);
    }
}
