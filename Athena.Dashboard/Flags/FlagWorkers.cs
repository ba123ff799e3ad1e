using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Flags;

/// <summary>Follows schedules, on one node. What came due while nobody ran is done once, at the first look.</summary>
internal sealed partial class FlagScheduleWorker(FlagQueries queries, FlagService flags, FlagCalendar calendar, QueuedChangeService queue, Leases leases, TimeProvider clock, ILogger<FlagScheduleWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("flags:schedule", FollowAsync, stoppingToken);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var (key, environment) in await queries.DueAsync(clock.GetUtcNow(), cancellationToken))
            {
                var followed = await flags.FollowScheduleAsync(key, environment, cancellationToken);
                if (!followed.IsAccepted) Log.NotFollowed(logger, key, environment, followed.Refusal.Title);
            }

            foreach (var due in await calendar.DueAsync(clock.GetUtcNow(), cancellationToken)) await queue.FollowAsync(due, cancellationToken);
            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule of {Flag} in {Environment} could not be followed: {Reason}")]
        public static partial void NotFollowed(ILogger logger, string flag, string environment, string reason);
    }
}

/// <summary>Reminds owners of what is due for removal, on one node.</summary>
internal sealed class FlagReminderWorker(FlagReminders reminders, Leases leases, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("flags:reminders", RemindAsync, stoppingToken);

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await reminders.RunAsync(cancellationToken);
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}

/// <summary>Loads all flags before the first request, so that no client ever gets a false FLAG_NOT_FOUND.</summary>
internal sealed class FlagLoading(FlagSnapshots snapshots) : IStartupStep
{
    public Task RunAsync(CancellationToken cancellationToken) => snapshots.LoadAsync(cancellationToken);
}

/// <summary>Takes over changes that other nodes made. While the database is away, evaluation goes on with what it knows.</summary>
internal sealed partial class FlagRefresher(EventStream stream, FlagSnapshots snapshots, ILogger<FlagRefresher> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var arrivals = stream.Subscribe(envelope => envelope.Subject.Kind is FlagSubject.Kind or SegmentSubject.Kind, capacity: 1024);
        // What was written between the startup step and the subscription.
        var readAll = true;
        var changed = new HashSet<Subject>();
        var reached = 0L;
        do
        {
            while (arrivals.Reader.TryRead(out var envelope))
            {
                changed.Add(envelope.Subject);
                reached = envelope.Sequence;
            }

            readAll |= arrivals.TakeGap();
            try
            {
                if (readAll) await snapshots.LoadAsync(stoppingToken);
                else
                    foreach (var subject in changed) await snapshots.RefreshAsync(subject, stoppingToken);
                snapshots.Reached(reached);
                readAll = false;
                changed.Clear();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotRefreshed(logger, failure);
                readAll = true;
                await Task.Delay(Pause, TimeProvider.System, stoppingToken);
            }
        }
        while (readAll || await arrivals.Reader.WaitToReadAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Changed flags could not be read; the last good ones stay in use until they can")]
        public static partial void NotRefreshed(ILogger logger, Exception failure);
    }
}
