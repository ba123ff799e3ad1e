using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Recovery.Drills;

/// <summary>Drills over HTTP.</summary>
internal static class DrillEndpoints
{
    public static void MapDrillApi(this IEndpointRouteBuilder routes)
    {
        var drills = routes.MapApi("/api/drills", Permission.See).WithTags("Drills");
        drills.MapGet("/", ListAsync);
        drills.MapGet("/{id:guid}", FindAsync);

        var acting = routes.MapApi("/api/drills", Permission.TakePart).WithTags("Drills");
        acting.MapPost("/", StartAsync);
    }

    private static async Task<IResult> ListAsync(DrillService service, CancellationToken cancellationToken) => TypedResults.Ok(await service.ListAsync(cancellationToken));

    private static async Task<IResult> FindAsync(Guid id, DrillService service, CancellationToken cancellationToken) =>
        await service.FindAsync(id, cancellationToken) is { } drill ? TypedResults.Ok(drill) : Refusal.NotFound("drill", id.ToString()).ToResult();

    private static async Task<IResult> StartAsync(StartRequest body, DrillService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.StartAsync(body.Environment ?? "", body.Release ?? "", await current.GetAsync(cancellationToken), cancellationToken))
            .ToResult(drill => TypedResults.Accepted($"/api/drills/{drill.Id}", drill));

    internal sealed record StartRequest(string? Environment, string? Release);
}
