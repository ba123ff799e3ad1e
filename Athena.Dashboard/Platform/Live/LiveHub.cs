using System.Text.Json;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Platform.Live;

/// <summary>
/// What browsers' own code listens to, at <c>/hubs/live</c>. A group is a subject, <c>rollout/&lt;id&gt;</c>. The server
/// sends <c>points</c> (<see cref="LivePoints"/>), <c>snapshot</c> (once, after Subscribe) and <c>event</c>.
/// </summary>
[Authorize(Policy = nameof(Permission.See))]
public sealed class LiveHub(Store store, IEnumerable<ILiveSnapshots> snapshots) : Hub
{
    private const int MostReplayed = 500;

    /// <param name="group">A subject, <c>kind/id</c>, at most 200 characters.</param>
    /// <param name="afterSequence">Replay the subject's events after this one; -1 replays none.</param>
    public async Task Subscribe(string group, long afterSequence)
    {
        if (group.Length > 200 || !group.Contains('/', StringComparison.Ordinal)) throw new HubException("A group is kind/id.");
        await Groups.AddToGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);
        var subject = Subject.Parse(group);
        foreach (var source in snapshots)
        {
            if (await source.SnapshotAsync(subject, Context.ConnectionAborted) is { } snapshot)
                await Clients.Caller.SendAsync("snapshot", snapshot, Context.ConnectionAborted);
        }

        if (afterSequence >= 0) await ReplayAsync(subject, afterSequence);
    }

    public Task Unsubscribe(string group) => Groups.RemoveFromGroupAsync(Context.ConnectionId, group, Context.ConnectionAborted);

    private async Task ReplayAsync(Subject subject, long afterSequence)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<EventRow>()
                .Where(row => row.SubjectKind == subject.Kind && row.SubjectId == subject.Id && row.Sequence > afterSequence)
                .OrderBy(row => row.Sequence).Take(MostReplayed).ToListAsync(token),
            Context.ConnectionAborted);
        foreach (var row in rows) await Clients.Caller.SendAsync("event", LiveEvent.From(row), Context.ConnectionAborted);
    }
}

/// <summary>What a new subscriber of a group gets first; null for groups that are somebody else's.</summary>
public interface ILiveSnapshots
{
    ValueTask<object?> SnapshotAsync(Subject subject, CancellationToken cancellationToken);
}

/// <summary>An event as the hub sends it.</summary>
public sealed record LiveEvent(string Group, long Sequence, DateTimeOffset At, string Type, string ActorName, JsonElement Payload)
{
    internal static LiveEvent From(EventRow row) => new(
        new Subject(row.SubjectKind, row.SubjectId).ToString(),
        row.Sequence,
        row.At,
        row.Type,
        row.ActorName,
        JsonSerializer.Deserialize<JsonElement>(row.Payload));
}

/// <summary>One tick of a chart's series: names to values, null where there was nothing to measure.</summary>
/// <param name="Group">The subject that the points belong to.</param>
/// <param name="At">Milliseconds since 1970, UTC.</param>
public sealed record LivePoints(string Group, long At, IReadOnlyDictionary<string, double?> Series);

/// <summary>What a chart begins with; an <see cref="ILiveSnapshots"/> of points gives this.</summary>
/// <param name="Points">Oldest first.</param>
public sealed record LiveSnapshot(string Group, IReadOnlyList<LivePoints> Points);

/// <summary>Sends to a group; SignalR serializes one message once, however many listen.</summary>
public sealed class LiveSender(IHubContext<LiveHub> hub)
{
    public Task SendAsync(LivePoints points, CancellationToken cancellationToken) =>
        hub.Clients.Group(points.Group).SendAsync("points", points, cancellationToken);
}

/// <summary>Passes the event stream on to the hub's groups.</summary>
internal sealed class LiveEventForwarder(EventStream stream, IHubContext<LiveHub> hub) : BackgroundService
{
    // From the beginning: what happened before the loop below runs would reach nobody.
    private readonly EventSubscription arrivals = stream.Subscribe(_ => true, capacity: 1024);

    public override void Dispose()
    {
        arrivals.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var envelope in arrivals.Reader.ReadAllAsync(stoppingToken))
            await hub.Clients.Group(envelope.Subject.ToString()).SendAsync("event", LiveEvent.From(envelope.Row), stoppingToken);
    }
}
