using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>Puts decisions about procedures and post-mortems into the transaction that is under way.</summary>
internal static class RecoveryWrite
{
    public static Task<Procedure?> LoadAsync(Write write, Guid id, CancellationToken cancellationToken) =>
        write.Db.Set<Procedure>().FirstOrDefaultAsync(row => row.Id == id, cancellationToken);

    /// <returns>The procedure as it is once committed.</returns>
    public static Procedure Save(Write write, Procedure current, Decision<Procedure> decision)
    {
        if (decision.Events.IsEmpty) return current;
        var before = Picture(current);
        var version = write.Replace(current, decision.State);
        write.Append(decision, before, Picture(decision.State));
        return decision.State with { Version = version };
    }

    /// <returns>The post-mortem as it is once committed.</returns>
    public static PostMortem Save(Write write, PostMortem current, Decision<PostMortem> decision)
    {
        if (decision.Events.IsEmpty) return current;
        var before = Picture(current);
        var version = write.Replace(current, decision.State);
        write.Append(decision, before, Picture(decision.State));
        return decision.State with { Version = version };
    }

    // What audit compares. Facts and text would fill the event log.
    public static object Picture(Procedure procedure) => new
    {
        procedure.What,
        Steps = string.Join(", ", procedure.Steps.Select(step => $"{step.Title}: {(step.CompletedBy is { } by ? "completed by " + by : step.BegunBy is { } begun ? "begun by " + begun : "open")}{(step.AssigneeName is { } name ? ", of " + name : "")}")),
        procedure.CalledOffBecause,
    };

    public static object Picture(PostMortem report) => new
    {
        report.Text.Length,
        report.PublishedBy,
        FollowUps = string.Join(", ", report.FollowUps.Select(one => one.IsDone ? one.Title + " (done)" : one.Title)),
    };
}
