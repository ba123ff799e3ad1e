using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>
/// One thing that a rollback takes back. A slice that can take something back registers one; all of them run after
/// each decision to roll back, by <see cref="Order"/>, one after the other, journaled: after a kill the one that was
/// under way is called again with the same operation id.
/// </summary>
public interface IRollbackStep
{
    /// <summary>Kebab case, unique, never changed once released: <c>flag-exposure</c>.</summary>
    string Name { get; }

    /// <summary>For people: <c>Set the flag's exposure to zero</c>.</summary>
    string Title { get; }

    /// <summary>
    /// The lower the sooner. 0 is the flag, 100 the release; later ones for traffic, schema, messages and notes belong
    /// above 100, because nothing may come before the flag.
    /// </summary>
    int Order { get; }

    /// <summary>
    /// Takes it back; the second call with the same operation id changes nothing. Throwing means not done: it is called
    /// again after a pause, and the steps behind it wait.
    /// </summary>
    /// <returns>What was done, one sentence for the journal; a refusal is recorded for people and not tried again.</returns>
    Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken);
}

/// <summary>A decision to take a rollout back.</summary>
/// <param name="Stage">Where the rollout was.</param>
/// <param name="Action">
/// What is carried out: <see cref="RuleAction.Gradual"/> goes back step by step before the steps of the rollback begin,
/// <see cref="RuleAction.RollBack"/> to zero at once, <see cref="RuleAction.Emergency"/> switches the flag off as well.
/// </param>
/// <param name="DecidedAt">UTC.</param>
/// <param name="DecidedBy">Name of the person, or of the product.</param>
public sealed record Rollback(
    RolloutName Rollout,
    StageName Stage,
    HarmfulRule? Harm,
    RuleAction Action,
    string Reason,
    DateTimeOffset DecidedAt,
    string DecidedBy);
