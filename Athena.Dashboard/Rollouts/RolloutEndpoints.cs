using System.Text.Json;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts;

/// <summary>Rollouts over HTTP. Who may do what is decided by the commands, which know the environment.</summary>
internal static class RolloutEndpoints
{
    private const string YamlType = "application/yaml";
    private const int LargestPlan = 256 * 1024;
    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "rollout_plan_too_large", "The plan is larger than 256 KB.");

    public static void MapRolloutApi(this IEndpointRouteBuilder routes)
    {
        var rollouts = routes.MapApi("/api/rollouts", Permission.See);
        rollouts.MapGet("/", ListAsync);
        rollouts.MapGet("/{id:guid}", FindAsync);
        rollouts.MapGet("/{id:guid}/decisions", DecisionsAsync);
        rollouts.MapGet("/{id:guid}/decisions/{decision:guid}/replay", ReplayAsync);

        var acting = routes.MapApi("/api/rollouts", Permission.TakePart);
        acting.MapPost("/", PlanAsync).Accepts<NewRolloutResource>("application/json", YamlType);
        acting.MapPost("/{id:guid}/starts", StartAsync);
        acting.MapPost("/{id:guid}/pauses", PauseAsync);
        acting.MapPost("/{id:guid}/resumptions", ResumeAsync);
        acting.MapPost("/{id:guid}/advances", AdvanceAsync);
        acting.MapPost("/{id:guid}/rollbacks", RollBackAsync);
        acting.MapPost("/{id:guid}/cancellations", CallOffAsync);
        acting.MapPost("/{id:guid}/criterion-ticks", TickCriterionAsync);
    }

    private static async Task<IResult> ListAsync(string? release, string? flag, string? environment, RolloutQueries queries, CancellationToken cancellationToken)
    {
        var rollouts = release is null ? await queries.ListAsync(cancellationToken) : await queries.ListOfReleaseAsync(release, cancellationToken);
        return TypedResults.Ok(rollouts
            .Where(rollout => (flag is null || rollout.FlagKey == flag) && (environment is null || rollout.Environment == environment))
            .Select(RolloutResource.Of));
    }

    private static async Task<IResult> FindAsync(Guid id, RolloutQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(id, cancellationToken) is not { } view) return Refusal.NotFound("rollout", id.ToString()).ToResult();
        RowVersion.Write(response, view.Rollout.Version);
        return TypedResults.Ok(RolloutDetailsResource.Of(view));
    }

    /// <param name="before">Id of the decision before which the page ends; the newest come without it.</param>
    private static async Task<IResult> DecisionsAsync(Guid id, Guid? before, RolloutQueries queries, CancellationToken cancellationToken) =>
        await queries.FindAsync(id, cancellationToken) is null
            ? Refusal.NotFound("rollout", id.ToString()).ToResult()
            : TypedResults.Ok(await queries.DecisionsAsync(id, before, cancellationToken));

    /// <summary>Makes a recorded decision again, on what was seen then, by the rules of this version.</summary>
    private static async Task<IResult> ReplayAsync(Guid id, Guid decision, RolloutQueries queries, CancellationToken cancellationToken) =>
        await queries.ReplayAsync(id, decision, cancellationToken) is { } replayed
            ? TypedResults.Ok(ReplayResource.Of(replayed))
            : Refusal.NotFound("decision", decision.ToString()).ToResult();

    // JSON with the plan as text or as an object, or the YAML itself with release and environment in the query.
    private static async Task<IResult> PlanAsync(
        HttpRequest request,
        string? release,
        string? environment,
        string? flag,
        RolloutService service,
        RolloutQueries queries,
        ICurrentActor current,
        CancellationToken cancellationToken)
    {
        var actor = await current.GetAsync(cancellationToken);
        var body = await RequestBody.ReadTextAsync(request, LargestPlan, TooLarge, cancellationToken);
        if (body.Refusal is { } unreadable) return unreadable.ToResult();
        var wanted = request.HasJsonContentType() ? ReadJson(body.Value) : new NewRolloutResource(release, environment, flag, null) { Yaml = body.Value };
        var planned = await service.PlanAsync(wanted.ToRequest(), actor, cancellationToken);
        var warnings = planned.IsAccepted ? (await queries.FindViewAsync(planned.Value.Id, cancellationToken))?.Warnings ?? [] : [];
        return planned.ToResult(summary =>
        {
            RowVersion.Write(request.HttpContext.Response, summary.Version);
            return TypedResults.Created($"/api/rollouts/{summary.Id}", RolloutResource.Of(summary) with { Warnings = warnings });
        });
    }

    private static Task<IResult> StartAsync(
        Guid id, ReasonResource? body, HttpRequest request, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        ActAsync(request, current, (version, actor) => service.StartAsync(id, version, body?.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> ResumeAsync(
        Guid id, ReasonResource? body, HttpRequest request, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        ActAsync(request, current, (version, actor) => service.ResumeAsync(id, version, body?.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> AdvanceAsync(
        Guid id, ReasonResource? body, HttpRequest request, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        ActAsync(request, current, (version, actor) => service.AdvanceAsync(id, version, body?.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> CallOffAsync(
        Guid id, ReasonResource? body, HttpRequest request, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        ActAsync(request, current, (version, actor) => service.CallOffAsync(id, version, body?.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> TickCriterionAsync(
        Guid id, CriterionTickResource body, HttpRequest request, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        ActAsync(request, current, (version, actor) => service.TickCriterionAsync(id, version, body.Criterion, body.Ticked, actor, cancellationToken), cancellationToken);

    // Without If-Match: who pauses or rolls back means the rollout as it is, whatever happened since he looked.
    private static async Task<IResult> PauseAsync(
        Guid id, ReasonResource? body, HttpResponse response, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        Show(await service.PauseAsync(id, body?.Reason, await current.GetAsync(cancellationToken), cancellationToken), response);

    private static async Task<IResult> RollBackAsync(
        Guid id, RollbackResource? body, HttpResponse response, RolloutService service, ICurrentActor current, CancellationToken cancellationToken) =>
        Show(await service.RollBackAsync(id, body?.Action ?? RuleAction.RollBack, body?.Reason, await current.GetAsync(cancellationToken), cancellationToken), response);

    private static async Task<IResult> ActAsync(
        HttpRequest request, ICurrentActor current, Func<long, Actor, Task<Outcome<RolloutSummary>>> act, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (version.Refusal is { } versionless) return versionless.ToResult();
        return Show(await act(version.Value, await current.GetAsync(cancellationToken)), request.HttpContext.Response);
    }

    private static IResult Show(Outcome<RolloutSummary> outcome, HttpResponse response) => outcome.ToResult(summary =>
    {
        RowVersion.Write(response, summary.Version);
        return TypedResults.Ok(RolloutResource.Of(summary));
    });

    private static NewRolloutResource ReadJson(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<NewRolloutResource>(body, StrictJson.Options)
                ?? throw new JsonException("The body is null.");
        }
        catch (JsonException failure)
        {
            // The same answer as for every other body that cannot be read.
            throw new BadHttpRequestException(failure.Message, StatusCodes.Status400BadRequest, failure);
        }
    }
}
