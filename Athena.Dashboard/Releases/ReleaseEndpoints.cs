using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;

namespace Athena.Dashboard.Releases;

internal static class ReleaseEndpoints
{
    public static void MapReleaseEndpoints(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapApi("/api/releases", Permission.See);
        reading.MapGet("/", ListAsync);
        reading.MapGet("/next-versions", NextVersionsAsync);
        reading.MapGet("/{version}", FindAsync);
        reading.MapGet("/{version}/target-date-moves/preview", PreviewMoveAsync);

        var writing = routes.MapApi("/api/releases", Permission.EditReleases);
        writing.MapPost("/", PlanAsync);
        writing.MapPut("/{version}", EditAsync);
        writing.MapPost("/{version}/target-date-moves", RescheduleAsync);

        // A rollback is open to more people than other transitions; the command asks for itself who may.
        routes.MapApi("/api/releases", Permission.TakePart).MapPost("/{version}/transitions", TransitionAsync);
        routes.MapGroup("/api/releases").RequireAuthorization().MapGet("/{version}/gates", GatesAsync);
    }

    private static async Task<IResult> ListAsync(ReleaseQueries queries, CancellationToken cancellationToken, string? state = null, string? type = null)
    {
        ReleaseState? only = null;
        if (state is not null)
        {
            if (!Enum.TryParse<ReleaseState>(state, ignoreCase: true, out var named) || !Enum.IsDefined(named))
                return Refusal.Invalid("state_unknown", "There is no such state.", new RefusalItem("state", "is not a state", state, "such as planned or rollingOut")).ToResult();
            only = named;
        }

        var all = await queries.ListDetailedAsync(cancellationToken);
        return TypedResults.Ok(all.Where(item => (only is null || item.Release.State == only) && (type is null || item.Release.Type == type)));
    }

    private static async Task<IResult> NextVersionsAsync(ReleaseQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.NextVersionsAsync(cancellationToken));

    private static async Task<IResult> FindAsync(string version, ReleaseQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindDetailsAsync(version, cancellationToken) is not { } details) return Refusal.NotFound("release", version).ToResult();
        RowVersion.Write(response, details.Release.Version);
        return TypedResults.Ok(ReleaseBody.Of(details));
    }

    private static async Task<IResult> PreviewMoveAsync(string version, DateOnly targetDate, string? zone, ReleaseQueries queries, CancellationToken cancellationToken) =>
        (await queries.PreviewMoveAsync(version, targetDate, zone, cancellationToken)).ToResult();

    private static async Task<IResult> PlanAsync(PlanRelease body, ReleaseService service, ICurrentActor actors, HttpResponse response, CancellationToken cancellationToken)
    {
        var input = new ReleaseInput(body.Type, body.Version, body.Title, body.TargetDate, body.Zone, body.OwnerId, body.UserValue, [.. body.KnownIssues ?? []]);
        var planned = await service.PlanAsync(input, await actors.GetAsync(cancellationToken), cancellationToken);
        return Answer(planned, response, release => TypedResults.Created($"/api/releases/{release.Semver}", release.ToSummary()));
    }

    private static async Task<IResult> EditAsync(
        string version, EditRelease body, ReleaseService service, ICurrentActor actors, HttpRequest request, CancellationToken cancellationToken)
    {
        var seen = RowVersion.Read(request);
        if (!seen.IsAccepted) return seen.Refusal.ToResult();
        var edit = new ReleaseEdit(body.Title, body.OwnerId, body.UserValue, [.. body.KnownIssues ?? []]);
        return Answer(await service.EditAsync(version, seen.Value, edit, await actors.GetAsync(cancellationToken), cancellationToken), request.HttpContext.Response);
    }

    private static async Task<IResult> RescheduleAsync(
        string version, MoveTargetDate body, ReleaseService service, ICurrentActor actors, HttpRequest request, CancellationToken cancellationToken)
    {
        var seen = RowVersion.Read(request);
        if (!seen.IsAccepted) return seen.Refusal.ToResult();
        var actor = await actors.GetAsync(cancellationToken);
        return Answer(await service.RescheduleAsync(version, seen.Value, body.TargetDate, body.Zone, body.Reason, actor, cancellationToken), request.HttpContext.Response);
    }

    private static async Task<IResult> TransitionAsync(
        string version, TransitionRelease body, ReleaseService service, ICurrentActor actors, HttpRequest request, CancellationToken cancellationToken)
    {
        var seen = RowVersion.Read(request);
        if (!seen.IsAccepted) return seen.Refusal.ToResult();
        if (body.To is not { } to)
            return Refusal.Invalid("transition_invalid", "The transition names no state.", new RefusalItem("to", "is missing", null, "a state such as inDevelopment")).ToResult();
        var actor = await actors.GetAsync(cancellationToken);
        return Answer(await service.TransitionAsync(version, seen.Value, to, body.Reason, actor, cancellationToken), request.HttpContext.Response);
    }

    private static async Task<IResult> GatesAsync(string version, IGateBoards boards, ICurrentActor actors, CancellationToken cancellationToken)
    {
        // Keys that report results have to find the items first.
        var actor = await actors.GetAsync(cancellationToken);
        if (!actor.May(Permission.WriteGates) && actor.Lacks(Permission.See, "read gates") is { } refusal) return refusal.ToResult();
        return await boards.FindAsync(ReleaseSubject.Of(version), cancellationToken) is { } board
            ? TypedResults.Ok(board)
            : Refusal.NotFound("release", version).ToResult();
    }

    private static IResult Answer(Outcome<Release> outcome, HttpResponse response, Func<Release, IResult>? accepted = null)
    {
        if (outcome.IsAccepted) RowVersion.Write(response, outcome.Value.Version);
        return outcome.ToResult(accepted ?? (release => TypedResults.Ok(release.ToSummary())));
    }
}

internal sealed record PlanRelease(
    string? Type, string? Version, string? Title, DateOnly? TargetDate, string? Zone, Guid? OwnerId, string? UserValue, KnownIssue[]? KnownIssues);

internal sealed record EditRelease(string? Title, Guid? OwnerId, string? UserValue, KnownIssue[]? KnownIssues);

internal sealed record MoveTargetDate(DateOnly? TargetDate, string? Zone, string? Reason);

internal sealed record TransitionRelease(ReleaseState? To, string? Reason);

/// <summary>One release as the API shows it.</summary>
/// <param name="Next">The states that it can go to from here.</param>
internal sealed record ReleaseBody(
    ReleaseSummary Release,
    string UserValue,
    ImmutableArray<KnownIssue> KnownIssues,
    ImmutableArray<Milestone> Milestones,
    ImmutableArray<GateDue> Gates,
    ImmutableArray<ReleaseState> Next,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    long RowVersion)
{
    public static ReleaseBody Of(ReleaseDetails details) => new(
        details.Release.ToSummary(),
        details.Release.UserValue,
        details.Release.KnownIssues,
        details.Schedule.Milestones,
        details.Schedule.Gates,
        ReleaseTransitions.From(details.Release.State),
        details.Release.CreatedBy,
        details.Release.CreatedAt,
        details.Release.Version);
}
