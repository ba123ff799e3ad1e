using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Alerts;

internal static class AlertEndpoints
{
    private const int LargestWebhook = 1024 * 1024;
    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "too_large", "A message may have 1 MB.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapApi("/alerts/v1", Permission.WriteHealth).MapPost("/webhook", TakeAsync);

        routes.MapApi("/api/alerts", Permission.See).MapGet("/", async (AlertQueries queries, CancellationToken cancellationToken) => TypedResults.Ok(AlertBoardResource.Of(await queries.BoardAsync(cancellationToken))));
        var acting = routes.MapApi("/api/alerts/silences", Permission.TakePart);
        acting.MapPost("/", SilenceAsync);
        acting.MapPost("/{id:guid}/ends", EndAsync);
    }

    /// <summary>Version 4 of Alertmanager's webhook: 200 with what became of it, so that it is not sent again.</summary>
    private static async Task<IResult> TakeAsync(HttpRequest request, AlertReceiver receiver, ICurrentActor current, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadTextAsync(request, LargestWebhook, TooLarge, cancellationToken);
        if (body.Refusal is { } unreadable) return unreadable.ToResult();
        try
        {
            var message = JsonSerializer.Deserialize<WebhookMessage>(body.Value, JsonColumn.Options) ?? throw new JsonException("The body is null.");
            return (await receiver.TakeAsync(message, await current.GetAsync(cancellationToken), cancellationToken)).ToResult(TypedResults.Ok);
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException(fault.Message, StatusCodes.Status400BadRequest, fault);
        }
    }

    private static async Task<IResult> SilenceAsync(NewSilenceResource body, AlertService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.SilenceAsync(body.Matchers, TimeSpan.FromMinutes(Math.Clamp(body.Minutes, -1, 1e6)), body.Comment, await current.GetAsync(cancellationToken), cancellationToken))
            .ToResult(silence => TypedResults.Created((string?)null, silence));

    private static async Task<IResult> EndAsync(Guid id, AlertService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.EndAsync(id, await current.GetAsync(cancellationToken), cancellationToken)).ToResult(TypedResults.Ok);
}

/// <param name="Minutes">How long it lasts.</param>
/// <param name="Comment">Why.</param>
internal sealed record NewSilenceResource(ImmutableArray<Matcher> Matchers, double Minutes, string? Comment);

internal sealed record AlertBoardResource(ImmutableArray<AlertResource> Alerts, ImmutableArray<AlertResource> Resolved, ImmutableArray<Silence> Silences)
{
    public static AlertBoardResource Of(AlertBoard board) => new(
        [.. board.Alerts.Select(shown => AlertResource.Of(shown.Alert) with { SilencedBy = shown.Silence?.Id, IsInhibited = shown.IsInhibited })],
        [.. board.Resolved.Select(AlertResource.Of)],
        board.Silences);
}

internal sealed record AlertResource(
    Guid Id, string Name, AlertState State, bool IsCritical, string Summary, ImmutableSortedDictionary<string, string> Labels, DateTimeOffset ActiveSince, DateTimeOffset? FiringSince, DateTimeOffset? ResolvedAt)
{
    public Guid? SilencedBy { get; init; }

    public bool IsInhibited { get; init; }

    public static AlertResource Of(Alert alert) => new(
        alert.Id, alert.Name, alert.State, alert.IsCritical, alert.Summary, alert.Labels, alert.ActiveSince, alert.FiringSince, alert.ResolvedAt);
}
