using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>What flags do by themselves, and changes queued for an instant.</summary>
internal static class FlagCalendarEndpoints
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static void MapFlagCalendarApi(this IEndpointRouteBuilder routes)
    {
        routes.MapApi("/api/flag-calendar", Permission.See).MapGet("/", ListAsync);
        routes.MapApi("/api/flags", Permission.See).MapGet("/{key}/queued-changes", WaitingAsync);
        routes.MapApi("/api/flags", Permission.TakePart).MapPost("/{key}/environments/{environment}/queued-changes", QueueAsync);
        routes.MapApi("/api/queued-changes", Permission.TakePart).MapDelete("/{id:guid}", CancelAsync);
    }

    private static async Task<IResult> ListAsync(DateTimeOffset from, DateTimeOffset to, FlagCalendar calendar, CancellationToken cancellationToken) => to <= from || to - from > Longest
        ? Refusal.Invalid("calendar_invalid", "The calendar cannot be read for that time.", new RefusalItem("to", "is not after 'from', or too far from it", $"{to:u}", $"up to {Longest.TotalDays:0} days later")).ToResult()
        : TypedResults.Ok(await calendar.ListAsync(from, to, cancellationToken));

    private static async Task<IResult> WaitingAsync(string key, FlagCalendar calendar, CancellationToken cancellationToken) =>
        TypedResults.Ok((await calendar.WaitingAsync(key, cancellationToken)).Select(QueuedChangeResource.Of));

    private static async Task<IResult> QueueAsync(
        string key, string environment, QueuedChangeInput input, HttpRequest request, QueuedChangeService queue, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var faults = new List<RefusalItem>();
        var at = ZonedTime.Read(input.At, input.Zone, "at", faults);
        if (ZonedTime.Fault(input.Zone, "zone") is { } zone) faults.Add(zone);
        if (at is null && faults.Count == 0) faults.Add(new("at", "is empty", null, "when the change is to be made"));
        if (faults.Count > 0) return Refusal.Invalid("queued_change_invalid", "The change cannot be queued like that.", [.. faults]).ToResult();
        var queued = await queue.QueueAsync(
            FlagChange.Put(key, environment, version.Value, input.Setting.ToSettings(), input.Enabled),
            at!.Value,
            input.Zone,
            input.Setting.Reason,
            input.Setting.Consent,
            await actor.GetAsync(cancellationToken),
            cancellationToken);
        return queued.ToResult(made => TypedResults.Created($"/api/queued-changes/{made.Id}", QueuedChangeResource.Of(made)));
    }

    private static async Task<IResult> CancelAsync(Guid id, QueuedChangeService queue, ICurrentActor actor, CancellationToken cancellationToken) =>
        (await queue.CancelAsync(id, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(_ => TypedResults.NoContent());
}
