using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Communication;

/// <summary>Nothing more is announced of what is gone, and those who answer for it know.</summary>
internal sealed class MessagesRollbackStep(CommunicationPlanner planner) : IRollbackStep
{
    public string Name => "messages";

    public string Title => "Hold announcements, tell those inside";

    public int Order => 200;

    public async Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken) =>
        rollback.Rollout.IsProduction
            ? await planner.RollBackAsync(rollback, cancellationToken)
            : $"Not touched: {rollback.Rollout.Environment} is not production.";
}
