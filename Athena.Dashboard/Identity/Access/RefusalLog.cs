using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// What somebody was refused for want of rights, as lines of the audit: who, what, why, from where. Repeats are counted
/// and told together, so that nobody can fill the disk by being refused.
/// </summary>
public sealed partial class RefusalLog(Store store, TimeProvider clock, ILogger<RefusalLog> logger) : BackgroundService
{
    private const int MostLines = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly PeriodicTimer timer = new(Pause, clock);
    private readonly RepeatLimit<(ActorKind Kind, Guid Id), Denial> denials = new(Window, MostLines);
    private readonly RepeatLimit<Guid, Failure> failures = new(Window, MostLines);

    /// <summary>Never fails: the refusal itself must reach whoever asked.</summary>
    internal async Task DeniedAsync(Actor actor, Denial denial)
    {
        if (!denials.IsNew((actor.Kind, actor.Id), denial, clock.GetUtcNow())) return;
        Log.Denied(logger, actor.Kind, actor.Id, denial.What, denial.Why, actor.Source);
        await WriteAsync(actor, new AccessDenied(actor.Kind, actor.Id, denial.Permission, denial.What, denial.Why));
    }

    /// <summary>False when this try is only counted.</summary>
    internal bool IsNewFailure(Guid personId, SignInFailure reason, string? source) => failures.IsNew(personId, new Failure(reason, source), clock.GetUtcNow());

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TellRepeatsAsync(all: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TellRepeatsAsync(all: false);
    }

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    private async Task TellRepeatsAsync(bool all)
    {
        var counter = Actor.System("counting repeats");
        foreach (var repeated in denials.Take(clock.GetUtcNow(), all))
        {
            var denial = repeated.Line ?? new Denial("several others", null, "These were too many to be told one by one.");
            await WriteAsync(counter, new AccessDenied(repeated.Group.Kind, repeated.Group.Id, denial.Permission, denial.What, denial.Why, repeated.Times));
        }

        foreach (var repeated in failures.Take(clock.GetUtcNow(), all))
            await WriteAsync(counter with { Source = repeated.Line?.Source }, new SignInFailed(repeated.Group, repeated.Line?.Reason ?? SignInFailure.Several, repeated.Times));
    }

    private async Task WriteAsync(Actor actor, IDomainEvent happened)
    {
        try
        {
            await store.WriteAsync<Done>(
                actor,
                (write, _) =>
                {
                    write.Append(happened);
                    return Task.FromResult<Outcome<Done>>(Done.Yes);
                },
                CancellationToken.None);
        }
        catch (Exception failure)
        {
            Log.NotWritten(logger, failure);
        }
    }

    private sealed record Failure(SignInFailure Reason, string? Source);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id} was refused {What} from {Source}: {Why}")]
        public static partial void Denied(ILogger logger, ActorKind kind, Guid id, string what, string why, string? source);

        [LoggerMessage(Level = LogLevel.Error, Message = "A refusal could not be written to the audit")]
        public static partial void NotWritten(ILogger logger, Exception failure);
    }
}

/// <param name="What">Method and path of a request, or the page that a command was given on; without its query.</param>
/// <param name="Permission">The one that is lacking, where one alone decides.</param>
/// <param name="Why">The sentence that the actor was told.</param>
internal sealed record Denial(string What, Permission? Permission, string Why);
