using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Segments over HTTP.</summary>
internal static class SegmentEndpoints
{
    public static void MapSegmentApi(this IEndpointRouteBuilder routes)
    {
        var segments = routes.MapApi("/api/segments", Permission.See);
        segments.MapGet("/", ListAsync);
        segments.MapGet("/{key}", FindAsync);
        segments.MapGet("/{key}/history", HistoryAsync);

        var writing = routes.MapApi("/api/segments", Permission.TakePart);
        writing.MapPost("/", CreateAsync);
        writing.MapPut("/{key}", EditAsync);
        writing.MapDelete("/{key}", DeleteAsync);
        writing.MapPost("/{key}/reversions", RevertAsync);
    }

    private static async Task<IResult> ListAsync(SegmentQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok((await queries.ListAsync(cancellationToken)).Select(SegmentResource.Of));

    private static async Task<IResult> CreateAsync(
        NewSegmentResource segment, SegmentService segments, SegmentQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var create = SegmentChange.Create(segment.ToDescription(segment.Key));
        if (segment.Ask) return await ChangeRequestEndpoints.AskedAsync(create, segment.Reason, response.HttpContext, cancellationToken);
        var created = await segments.MakeAsync(create, segment.Reason, segment.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
        if (!created.IsAccepted) return created.Refusal.ToResult();
        RowVersion.Write(response, created.Value.Version);
        var view = await queries.FindAsync(created.Value.Key, cancellationToken);
        return TypedResults.Created($"/api/segments/{Uri.EscapeDataString(created.Value.Key)}", view is null ? null : SegmentResource.Of(view));
    }

    private static async Task<IResult> FindAsync(string key, SegmentQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("segment", key).ToResult();
        RowVersion.Write(response, view.Segment.Version);
        return TypedResults.Ok(SegmentResource.Of(view));
    }

    private static async Task<IResult> EditAsync(
        string key, SegmentChangeResource change, HttpRequest request, SegmentService segments, SegmentQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var edit = SegmentChange.Edit(change.ToDescription(key), version.Value);
        if (change.Ask) return await ChangeRequestEndpoints.AskedAsync(edit, change.Reason, request.HttpContext, cancellationToken);
        var edited = await segments.MakeAsync(edit, change.Reason, change.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
        return edited.IsAccepted ? await FindAsync(key, queries, request.HttpContext.Response, cancellationToken) : edited.Refusal.ToResult();
    }

    private static async Task<IResult> HistoryAsync(string key, long? before, SegmentQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.HistoryAsync(key, before, cancellationToken));

    private static async Task<IResult> RevertAsync(
        string key, SegmentReversionResource reversion, SegmentService segments, SegmentQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindChangeAsync(key, reversion.Sequence, cancellationToken) is not { } change)
            return Refusal.NotFound("change", reversion.Sequence.ToString(CultureInfo.InvariantCulture)).ToResult();
        var revert = SegmentChange.Revert(key, change);
        if (!revert.IsAccepted) return revert.Refusal.ToResult();
        if (reversion.Ask) return await ChangeRequestEndpoints.AskedAsync(revert.Value, reversion.Reason, response.HttpContext, cancellationToken);
        var reverted = await segments.MakeAsync(revert.Value, reversion.Reason, reversion.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
        return reverted.IsAccepted ? await FindAsync(key, queries, response, cancellationToken) : reverted.Refusal.ToResult();
    }

    private static async Task<IResult> DeleteAsync(string key, string? reason, HttpRequest request, SegmentService segments, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var deleted = await segments.DeleteAsync(key, version.Value, reason ?? "", await actor.GetAsync(cancellationToken), cancellationToken);
        return deleted.ToResult(_ => TypedResults.NoContent());
    }
}

/// <summary>A segment as the API shows it.</summary>
/// <param name="Conditions">All have to hold: accepted values by attribute where nothing but equality is asked, else a list of conditions.</param>
/// <param name="Uses">Flags, by environment, and segments that name it.</param>
public sealed record SegmentResource(string Key, string Name, string Description, object Conditions, DateTimeOffset CreatedAt, ImmutableArray<SegmentUse> Uses, long Version)
{
    internal static SegmentResource Of(SegmentView view) => new(
        view.Segment.Key,
        view.Segment.Name,
        view.Segment.Description,
        TargetingJson.Conditions(view.Segment.Conditions),
        view.Segment.CreatedAt,
        view.Uses,
        view.Segment.Version);
}

/// <summary>Takes one change of a segment back.</summary>
public sealed record SegmentReversionResource
{
    /// <summary>The change's number in the history.</summary>
    public required long Sequence { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The key of the production environment, where taking it back may expose more users there.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Asks for it instead, where an environment wants it approved.</summary>
    public bool Ask { get; init; }
}

/// <summary>A whole segment, to replace the present one.</summary>
public record SegmentChangeResource
{
    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>An object of accepted values by attribute, or a list of conditions.</summary>
    public required JsonElement Conditions { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The key of the production environment, where the change may expose more users there.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Asks for the change instead, where an environment wants it approved.</summary>
    public bool Ask { get; init; }

    internal SegmentDescription ToDescription(string key)
    {
        var faults = new List<RefusalItem>();
        return new SegmentDescription(key, Name, ConditionJson.ReadList(Conditions, "conditions", faults), Description) { Unreadable = [.. faults] };
    }
}

/// <summary>What creates a segment.</summary>
public sealed record NewSegmentResource : SegmentChangeResource
{
    public required string Key { get; init; }
}
