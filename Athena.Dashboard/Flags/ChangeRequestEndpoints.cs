using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Changes that others have to approve. They are asked for where they would be made, with <c>ask</c>.</summary>
internal static class ChangeRequestEndpoints
{
    public static void MapChangeRequestApi(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapApi("/api/change-requests", Permission.See);
        reading.MapGet("/", ListAsync);
        reading.MapGet("/{id:guid}", FindAsync);
        var writing = routes.MapApi("/api/change-requests", Permission.TakePart);
        writing.MapPut("/{id:guid}", ReviseAsync);
        writing.MapPost("/{id:guid}/renewals", RenewAsync);
        writing.MapPost("/{id:guid}/approvals", ApproveAsync);
        writing.MapPost("/{id:guid}/applications", ApplyAsync);
        writing.MapPost("/{id:guid}/closings", CloseAsync);
    }

    /// <summary>The answer to a change that was asked for instead of made: 202, and where it waits.</summary>
    public static async Task<IResult> AskedAsync(
        FlagChange change, string reason, bool letAhead, HttpContext context, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync(cancellationToken);
        return await AnswerAsync(await services.GetRequiredService<ChangeRequestService>().AskAsync(change, reason, letAhead, actor, cancellationToken), services, cancellationToken);
    }

    /// <inheritdoc cref="AskedAsync(FlagChange, string, bool, HttpContext, CancellationToken)"/>
    public static async Task<IResult> AskedAsync(DefinitionChange change, string reason, HttpContext context, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync(cancellationToken);
        return await AnswerAsync(await services.GetRequiredService<ChangeRequestService>().AskAsync(change, reason, actor, cancellationToken), services, cancellationToken);
    }

    /// <inheritdoc cref="AskedAsync(FlagChange, string, bool, HttpContext, CancellationToken)"/>
    public static async Task<IResult> AskedAsync(SegmentChange change, string reason, HttpContext context, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync(cancellationToken);
        return await AnswerAsync(await services.GetRequiredService<ChangeRequestService>().AskAsync(change, reason, actor, cancellationToken), services, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(Outcome<ChangeRequest> asked, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!asked.IsAccepted) return asked.Refusal.ToResult();
        var view = await services.GetRequiredService<ChangeRequestQueries>().FindAsync(asked.Value.Id, cancellationToken);
        return TypedResults.Accepted($"/api/change-requests/{asked.Value.Id}", ChangeRequestResource.Of(view!));
    }

    private static async Task<IResult> ListAsync(ChangeRequestQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok((await queries.ListAsync(cancellationToken)).Select(ChangeRequestResource.Of));

    private static async Task<IResult> FindAsync(Guid id, ChangeRequestQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } view) return Refusal.NotFound("change request", id.ToString()).ToResult();
        RowVersion.Write(response, view.Request.Version);
        return TypedResults.Ok(ChangeRequestResource.Of(view));
    }

    private static async Task<IResult> ReviseAsync(
        Guid id, ChangeRequestRevision revision, HttpRequest request, ChangeRequestService service, ChangeRequestQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var revised = await service.ReviseAsync(
            id,
            version.Value,
            revision.SettingVersion,
            revision.Setting.ToSettings(),
            revision.Enabled,
            revision.Setting.Reason,
            revision.Setting.Override,
            await actor.GetAsync(cancellationToken),
            cancellationToken);
        return revised.IsAccepted ? await FindAsync(id, queries, request.HttpContext.Response, cancellationToken) : revised.Refusal.ToResult();
    }

    private static async Task<IResult> RenewAsync(
        Guid id, HttpRequest request, ChangeRequestService service, ChangeRequestQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var renewed = await service.RenewAsync(id, version.Value, await actor.GetAsync(cancellationToken), cancellationToken);
        return renewed.IsAccepted ? await FindAsync(id, queries, request.HttpContext.Response, cancellationToken) : renewed.Refusal.ToResult();
    }

    private static async Task<IResult> ApproveAsync(
        Guid id, ChangeApprovalResource approval, ChangeRequestService service, ChangeRequestQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var approved = await service.ApproveAsync(id, approval.Hash, await actor.GetAsync(cancellationToken), cancellationToken);
        return approved.IsAccepted ? await FindAsync(id, queries, response, cancellationToken) : approved.Refusal.ToResult();
    }

    private static async Task<IResult> ApplyAsync(
        Guid id, ChangeApplicationResource application, ChangeRequestService service, SegmentQueries segments, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var applied = await service.ApplyAsync(id, application.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
        if (!applied.IsAccepted) return applied.Refusal.ToResult();
        if (applied.Value.Setting is { } setting)
        {
            RowVersion.Write(response, setting.Version);
            return TypedResults.Ok(FlagSettingResource.Of(setting));
        }

        var segment = applied.Value.Segment!;
        RowVersion.Write(response, segment.Version);
        return TypedResults.Ok(await segments.FindAsync(segment.Key, cancellationToken) is { } view ? SegmentResource.Of(view) : null);
    }

    private static async Task<IResult> CloseAsync(
        Guid id, ChangeClosingResource closing, ChangeRequestService service, ChangeRequestQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var closed = await service.CloseAsync(id, closing.Reason, await actor.GetAsync(cancellationToken), cancellationToken);
        return closed.IsAccepted ? await FindAsync(id, queries, response, cancellationToken) : closed.Refusal.ToResult();
    }
}

/// <param name="Hash">What an approval has to name, in lower-case hexadecimal: the SHA-256 of the content.</param>
/// <param name="FlagKey">Null where the request is about a segment.</param>
/// <param name="Void">What it was made from was changed since: approve nothing, bring the request up to date.</param>
/// <param name="Before">The flag's setting; null where the request is about a segment.</param>
/// <param name="Needed">Approvals that it needs in all.</param>
/// <param name="Approvals">Those that count.</param>
/// <param name="Values">What the flag's values become in all environments; null where the request is about something else.</param>
/// <param name="Segment">What the segment becomes; null where the request is about a flag.</param>
public sealed record ChangeRequestResource(
    Guid Id,
    string? FlagKey,
    string Environment,
    ChangeRequestState State,
    bool Void,
    string Reason,
    bool Override,
    string Author,
    DateTimeOffset CreatedAt,
    FlagSettingResource? Before,
    FlagSettingResource? After,
    string Hash,
    int Needed,
    ImmutableArray<ChangeApprovalShown> Approvals,
    FlagValuesAsked? Values,
    SegmentAsked? Segment,
    long Version)
{
    internal static ChangeRequestResource Of(ChangeRequestView view) => new(
        view.Request.Id,
        view.Request.FlagKey,
        view.Request.Environment,
        view.Request.State,
        view.IsVoid,
        view.Request.Reason,
        view.Request.Override,
        view.Request.AuthorName,
        view.Request.CreatedAt,
        view.Request.Before is { } was ? FlagSettingResource.Of(was) : null,
        view.Request.After is { } becomes ? FlagSettingResource.Of(becomes) : null,
        view.Request.Hash,
        view.Needed,
        view.IsVoid ? [] : [.. view.Request.Valid.Select(approval => new ChangeApprovalShown(approval.Name, approval.At))],
        view.Request is { FlagBefore: { } before, FlagAfter: { } after } ? new FlagValuesAsked(before.Variants, after.Variants) : null,
        view.Request.SegmentAfter is { } segment ? new SegmentAsked(segment.Key, view.Request.SegmentBefore is { } old ? SegmentContent.Of(old) : null, SegmentContent.Of(segment)) : null,
        view.Request.Version);
}

public sealed record FlagValuesAsked(ImmutableArray<Variant> Before, ImmutableArray<Variant> After);

/// <param name="Before">Null for one that is to be created.</param>
public sealed record SegmentAsked(string Key, SegmentContent? Before, SegmentContent After);

/// <param name="Conditions">As in a segment.</param>
public sealed record SegmentContent(string Name, string Description, object Conditions)
{
    internal static SegmentContent Of(Segment segment) => new(segment.Name, segment.Description, TargetingJson.Conditions(segment.Conditions));
}

public sealed record ChangeApprovalShown(string Name, DateTimeOffset At);

/// <summary>What the request asks for instead.</summary>
public sealed record ChangeRequestRevision
{
    /// <summary>The setting's version that it is to be made from.</summary>
    public required long SettingVersion { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>The whole setting; its <c>confirmation</c> is not asked for here.</summary>
    public required FlagSettingChange Setting { get; init; }
}

public sealed record ChangeApprovalResource
{
    /// <summary>The hash of what was seen.</summary>
    public required string Hash { get; init; }
}

public sealed record ChangeApplicationResource
{
    /// <summary>The production environment's key.</summary>
    public string? Confirmation { get; init; }
}

public sealed record ChangeClosingResource
{
    public string Reason { get; init; } = "";
}
