using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health;

internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Instances of one application share a key and report all the time: a limit of its own stands for the common one.
        var ingest = routes.MapApi("/health/v1", Permission.WriteHealth).DisableRateLimiting();
        ingest.MapPost("/batches", TakeBatchAsync);

        var api = routes.MapApi("/api/health", Permission.See);
        api.MapGet("/rollouts/{rolloutId:guid}/series", SeriesAsync);
        api.MapGet("/rollouts/{rolloutId:guid}/verdicts", VerdictsAsync);
        api.MapGet("/sources", async (HealthQueries queries, CancellationToken cancellationToken) => TypedResults.Ok(await queries.FeedsAsync(cancellationToken)));
    }

    /// <summary>202 with what became of the batch; 400 with every fault, 413, 429 with Retry-After.</summary>
    private static async Task<IResult> TakeBatchAsync(HttpRequest request, HealthIngest ingest, BatchLimiter limiter, ICurrentActor current, CancellationToken cancellationToken)
    {
        var actor = await current.GetAsync(cancellationToken);
        if (!limiter.TryTake(actor.Id, out var retryAfter))
        {
            request.HttpContext.Response.Headers.RetryAfter = retryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return HealthIngest.TooMany.ToResult();
        }

        using var body = await RequestBody.ReadAsync(request, BatchLimits.MostBytes, cancellationToken);
        if (body is null) return HealthIngest.TooLarge(request.ContentLength).ToResult();
        var outcome = await ingest.TakeAsync(body.Bytes, actor, cancellationToken);
        if (outcome.Refusal?.Kind == RefusalKind.TooMany) request.HttpContext.Response.Headers.RetryAfter = "1";
        return outcome.ToResult(taken => TypedResults.Accepted((string?)null, taken));
    }

    /// <param name="from">An instant; an hour before <paramref name="to"/> without it.</param>
    /// <param name="to">An instant; now without it.</param>
    /// <param name="metric">Only points where this one of the response's members has a value, e.g. <c>errorRate</c>.</param>
    private static async Task<IResult> SeriesAsync(
        Guid rolloutId, DateTimeOffset? from, DateTimeOffset? to, string? metric, IHealthSeries series, TimeProvider clock, CancellationToken cancellationToken)
    {
        var end = to ?? clock.GetUtcNow();
        var begin = from ?? end.AddHours(-1);
        if (begin >= end)
            return Refusal.Invalid("invalid_range", "The range has no length.", new RefusalItem("from", "must be before to", begin.ToString("O", System.Globalization.CultureInfo.InvariantCulture))).ToResult();
        if (metric is not null && !HealthPoints.Names.Contains(metric))
            return Refusal.Invalid("unknown_metric", "There is no such measure.", new RefusalItem("metric", "is not known", metric, string.Join(", ", HealthPoints.Names))).ToResult();
        var read = await series.ReadAsync(rolloutId, begin, end, null, cancellationToken);
        return TypedResults.Ok(metric is null ? read : read with { Points = [.. read.Points.Where(point => HealthPoints.ValueOf(point, metric) is not null)] });
    }

    private static async Task<IResult> VerdictsAsync(
        Guid rolloutId, IHealthJudge judge, HealthQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(new { Latest = judge.Latest(rolloutId), Records = await queries.RecordsAsync(rolloutId, 200, cancellationToken) });
}
