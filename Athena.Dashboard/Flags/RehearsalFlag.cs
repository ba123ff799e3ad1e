using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <inheritdoc cref="IRehearsalFlag"/>
internal sealed class RehearsalFlag(FlagService flags, FlagSnapshots snapshots, FlagCatchUp catchUp) : IRehearsalFlag
{
    public async Task<Outcome<Done>> EnsureAsync(string key, string name, string description, Actor actor, CancellationToken cancellationToken)
    {
        var created = await flags.CreateAsync(new FlagDescription(key, name, FlagKind.Operational, description, Permanent: true), actor, cancellationToken);
        return created.Refusal is { Code: not "flag_exists" } refusal ? refusal : Done.Yes;
    }

    public async Task<Outcome<ImmutableArray<string>>> AnswerAsync(string key, string environment, ImmutableArray<string> users, CancellationToken cancellationToken)
    {
        if (!await catchUp.ReachAsync(catchUp.Told, cancellationToken)) return Refusal.Conflict("evaluation_behind", "What clients are answered from is behind what is stored.");
        if (snapshots.Find(environment) is not { } snapshot) return Refusal.NotFound("environment", environment);
        if (!snapshot.TryFind(key, out var flag)) return Refusal.NotFound("flag", key);
        var context = new EvaluationContext();
        return users.Select(user =>
        {
            context.Begin(snapshot.Attributes);
            context.Set("targetingKey", user);
            return flag.Evaluate(context).Answer.Variant?.Name ?? "none";
        }).ToImmutableArray();
    }
}
