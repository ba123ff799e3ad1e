using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <inheritdoc cref="IFlagExposure"/>
internal sealed class FlagExposureService(FlagService flags) : IFlagExposure
{
    public Task<Outcome<FlagExposure>> ClaimAsync(
        Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(operationId, $"claim {rolloutId}", flagKey, environment, "A rollout takes over", actor, (setting, terms) => setting.Claim(rolloutId, terms), cancellationToken);

    public Task<Outcome<FlagExposure>> SetAsync(
        Guid operationId,
        string flagKey,
        string environment,
        Guid rolloutId,
        Percentage percentage,
        ImmutableArray<string> audience,
        string reason,
        Actor actor,
        CancellationToken cancellationToken) =>
        OnceAsync(
            operationId,
            $"set {rolloutId} {percentage} {string.Join(',', audience)}",
            flagKey,
            environment,
            reason,
            actor,
            (setting, terms) => setting.Expose(rolloutId, percentage, audience, terms),
            cancellationToken);

    public Task<Outcome<FlagExposure>> ReleaseAsync(
        Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(operationId, $"release {rolloutId}", flagKey, environment, "The rollout is over", actor, (setting, terms) => setting.ReleaseFrom(rolloutId, terms), cancellationToken);

    public Task<Outcome<FlagExposure>> SwitchOffAsync(
        Guid operationId, string flagKey, string environment, string reason, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(operationId, "switch off", flagKey, environment, reason, actor, (setting, terms) => setting.Switch(on: false, terms), cancellationToken);

    internal async Task<Outcome<FlagExposure>> OnceAsync(
        Guid operationId,
        string command,
        string flagKey,
        string environment,
        string reason,
        Actor actor,
        Func<FlagEnvironment, ChangeTerms, Outcome<Decision<FlagEnvironment>>> decide,
        CancellationToken cancellationToken)
    {
        var text = $"{command} on {flagKey} in {environment}";
        var decided = await flags.DecideAsync(
            flagKey, environment, version: null, reason, consent: default, actor, decide, cancellationToken, (write, token) => IsRepeatedAsync(write, operationId, text, token));
        return decided.Then<FlagExposure>(setting => setting.ToExposure());
    }

    // Remembered in the same transaction as the change: a refusal or a crash leaves neither.
    private static async Task<Outcome<bool>> IsRepeatedAsync(Write write, Guid operationId, string command, CancellationToken cancellationToken)
    {
        var known = await write.Db.Set<FlagOperation>().FirstOrDefaultAsync(operation => operation.Id == operationId, cancellationToken);
        if (known is null)
        {
            write.Add(new FlagOperation { Id = operationId, Command = command, At = write.Now });
            return false;
        }

        return known.Command == command
            ? true
            : Refusal.Conflict("operation_reused", $"The operation {operationId} was used for another command.", $"It was: {known.Command}.");
    }
}
