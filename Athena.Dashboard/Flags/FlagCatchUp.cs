using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags;

/// <summary>
/// What a node tells of a change, and what another makes of it. A client that was told by one node may be sent to another
/// with its question, and that one may not have heard of the change yet. The tag of a message is a sequence of the event
/// log up to which everything was committed when it was told; a node that has not come so far reads the log first.
/// </summary>
public sealed partial class FlagCatchUp(
    Store store, EventStream stream, FlagSnapshots snapshots, IOptions<FlagOptions> options, TimeProvider clock, ILogger<FlagCatchUp> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private Task<bool>? underWay;

    /// <summary>Up to where a client that is told now has to be answered from: no less than what this node answers from.</summary>
    public long Told => Math.Max(store.LastCommitted, Math.Max(stream.LastSequence, snapshots.Position));

    /// <summary>Waits until this node answers from what was committed up to there.</summary>
    /// <returns>False when <see cref="FlagOptions.RefetchWaitSeconds"/> went by first.</returns>
    public ValueTask<bool> ReachAsync(long position, CancellationToken cancellationToken) =>
        position <= snapshots.Position ? ValueTask.FromResult(true) : new ValueTask<bool>(WaitAsync(position, cancellationToken));

    private async Task<bool> WaitAsync(long position, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.RefetchWaitSeconds), clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var leads = false;
        try
        {
            while (true)
            {
                var (run, isOwn) = JoinRun();
                leads |= isOwn;
                var isRead = await run.WaitAsync(ends.Token);
                // A run that began after the question has read all that was ever told. What is still ahead of it is a
                // number that nobody was given.
                if (isRead && (isOwn || position <= snapshots.Position)) return true;
                if (!isRead) await Task.Delay(Pause, TimeProvider.System, ends.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (leads) Log.Behind(logger, position, snapshots.Position);
            return false;
        }
    }

    /// <summary>Thousands of clients ask at once after a change: one reads for all.</summary>
    private (Task<bool> Run, bool IsOwn) JoinRun()
    {
        lock (gate)
        {
            if (underWay is { IsCompleted: false }) return (underWay, false);
            underWay = Task.Run(ReadAsync);
            return (underWay, true);
        }
    }

    private async Task<bool> ReadAsync()
    {
        try
        {
            await snapshots.CatchUpAsync(CancellationToken.None);
            return true;
        }
        catch (Exception failure)
        {
            Log.NotRead(logger, failure);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A client was told of changes up to {Told}, and this node has come to {Position} only; it is answered from there, and told so")]
        public static partial void Behind(ILogger logger, long told, long position);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of flags that a client was told of could not be read yet")]
        public static partial void NotRead(ILogger logger, Exception failure);
    }
}
