using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments;

/// <summary>Experiments over HTTP. What may be done to one is decided by the commands.</summary>
internal static class ExperimentEndpoints
{
    public static void MapExperimentApi(this IEndpointRouteBuilder routes)
    {
        var experiments = routes.MapApi("/api/experiments", Permission.See);
        experiments.MapGet("/", ListAsync);
        experiments.MapGet("/{key}", FindAsync);

        var writing = routes.MapApi("/api/experiments", Permission.TakePart);
        writing.MapPost("/", CreateAsync);
        writing.MapPut("/{key}", DescribeAsync);
        writing.MapPost("/{key}/starts", StartAsync);
        writing.MapPost("/{key}/stops", StopAsync);
        writing.MapPost("/{key}/cancellations", CancelAsync);
        writing.MapPost("/{key}/decisions", DecideAsync);
        writing.MapPost("/{key}/shipments", ShipAsync);

        routes.MapApi("/api/experiments", Permission.WriteHealth).MapPost("/{key}/outcomes", TakeOutcomesAsync);
    }

    /// <param name="flag">Only those of this flag.</param>
    private static async Task<IResult> ListAsync(string? flag, ExperimentQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok((await queries.ListAsync(cancellationToken)).Where(experiment => flag is null || experiment.FlagKey == flag).Select(ExperimentResource.Of).ToList());

    private static async Task<IResult> FindAsync(string key, ExperimentQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("experiment", key).ToResult();
        RowVersion.Write(response, view.Experiment.Version);
        return TypedResults.Ok(ExperimentResource.Of(view));
    }

    private static async Task<IResult> CreateAsync(NewExperimentResource experiment, ExperimentService experiments, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var created = await experiments.CreateAsync(experiment.ToDescription(experiment.Key, experiment.FlagKey, experiment.Environment), await actor.GetAsync(cancellationToken), cancellationToken);
        return created.ToResult(made =>
        {
            RowVersion.Write(response, made.Version);
            return TypedResults.Created($"/api/experiments/{Uri.EscapeDataString(made.Key)}", ExperimentResource.Of(made));
        });
    }

    // Flag and environment stay what they are; the command knows them.
    private static Task<IResult> DescribeAsync(string key, ExperimentChange change, HttpRequest request, ExperimentService experiments, ICurrentActor current, CancellationToken cancellationToken) =>
        CommandAsync(request, current, (version, actor) => experiments.DescribeAsync(key, version, change.ToDescription(key, "", ""), actor, cancellationToken), cancellationToken);

    private static Task<IResult> StartAsync(string key, HttpRequest request, ExperimentService experiments, ICurrentActor current, CancellationToken cancellationToken) =>
        CommandAsync(request, current, (version, actor) => experiments.StartAsync(key, version, actor, cancellationToken), cancellationToken);

    private static Task<IResult> StopAsync(string key, ExperimentReason stop, HttpRequest request, ExperimentService experiments, ICurrentActor current, CancellationToken cancellationToken) =>
        CommandAsync(request, current, (version, actor) => experiments.StopAsync(key, version, stop.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> CancelAsync(string key, ExperimentReason cancellation, HttpRequest request, ExperimentService experiments, ICurrentActor current, CancellationToken cancellationToken) =>
        CommandAsync(request, current, (version, actor) => experiments.CancelAsync(key, version, cancellation.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> DecideAsync(string key, NewDecisionResource decision, HttpRequest request, ExperimentService experiments, ICurrentActor current, CancellationToken cancellationToken) =>
        CommandAsync(request, current, (version, actor) => experiments.DecideAsync(key, version, decision.Kind, decision.Variant, decision.Reason, actor, cancellationToken), cancellationToken);

    /// <summary>200 with the change request that now waits, or null where the flag was changed.</summary>
    private static async Task<IResult> ShipAsync(string key, ShipmentResource shipment, ExperimentService experiments, ICurrentActor actor, CancellationToken cancellationToken) =>
        (await experiments.ShipAsync(key, shipment.Reason, shipment.Confirmation, shipment.Override, shipment.Ask, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult();

    /// <summary>202 with what became of the batch; 400 with every fault, 403 with a key of another environment.</summary>
    private static async Task<IResult> TakeOutcomesAsync(string key, OutcomesResource outcomes, ExperimentOutcomes experiments, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var batch = outcomes.ToBatch();
        if (!batch.IsAccepted) return batch.Refusal.ToResult();
        return (await experiments.TakeAsync(key, batch.Value, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(taken => TypedResults.Accepted((string?)null, taken));
    }

    private static async Task<IResult> CommandAsync(HttpRequest request, ICurrentActor current, Func<long, Actor, Task<Outcome<Experiment>>> command, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await command(version.Value, await current.GetAsync(cancellationToken))).ToResult(experiment =>
        {
            RowVersion.Write(request.HttpContext.Response, experiment.Version);
            return TypedResults.Ok(ExperimentResource.Of(experiment));
        });
    }
}
