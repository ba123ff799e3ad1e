using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Gates;

/// <summary>The names of the checks that some part of the product supplies.</summary>
public sealed class GateCheckNames(IEnumerable<IGateCheck> checks)
{
    public ImmutableHashSet<string> All { get; } = [.. checks.Select(check => check.Name)];

    public bool Supplies(string? name) => name is not null && All.Contains(name);
}

/// <summary>Asks checks and lets their items follow, whenever an event says that a result may have changed.</summary>
internal sealed partial class GateChecks(IEnumerable<IGateCheck> checks, GateService service, Store store, ILogger<GateChecks> logger) : IEventConsumer
{
    public string Name => "gates.checks";

    public bool Concerns(EventEnvelope envelope) =>
        envelope.Is<GateSetsOpened>() || checks.Any(check => check.Concerns(envelope) is not null);

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        foreach (var check in checks)
        {
            if ((envelope.Is<GateSetsOpened>() ? envelope.Subject : check.Concerns(envelope)) is { } subject)
                await AskAsync(check, await ItemsOfAsync(subject, check.Name, cancellationToken), subject, cancellationToken);
        }
    }

    /// <summary>Asks the checks of all items of the sets.</summary>
    /// <returns>The items whose check could not be asked: nobody knows how they stand.</returns>
    public async Task<ImmutableHashSet<Guid>> AskAllAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken)
    {
        var unanswered = ImmutableHashSet<Guid>.Empty;
        foreach (var check in checks)
        {
            var items = (await ItemsOfAsync(subject, check.Name, cancellationToken)).FindAll(item => setKeys.Contains(item.SetKey));
            try
            {
                await AskAsync(check, items, subject, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.CheckFailed(logger, failure, check.Name, subject);
                unanswered = unanswered.Union(items.Select(item => item.Id));
            }
        }

        return unanswered;
    }

    private async Task AskAsync(IGateCheck check, List<GateItem> items, Subject subject, CancellationToken cancellationToken)
    {
        if (items.Count == 0) return;
        var result = await check.EvaluateAsync(subject, cancellationToken);
        foreach (var item in items) await service.FollowCheckAsync(item.Id, check.Name, result, cancellationToken);
    }

    private Task<List<GateItem>> ItemsOfAsync(Subject subject, string check, CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => db.Set<GateItem>().Where(item => item.SubjectKind == subject.Kind && item.SubjectId == subject.Id && item.Check == check).ToListAsync(token),
            cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The check {Check} could not be asked about {Subject}; its items deny until it can")]
        public static partial void CheckFailed(ILogger logger, Exception failure, string check, Subject subject);
    }
}
