using System.Collections.Immutable;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Communication;

internal static class CommunicationEndpoints
{
    public static void MapCommunicationEndpoints(this IEndpointRouteBuilder routes)
    {
        var communication = routes.MapApi("/api/communication", Permission.See).WithTags("Communication");
        communication.MapGet("/", ListAsync);
        communication.MapGet("/releases/{release}", TimelineAsync);
        communication.MapGet("/messages/{id:guid}", MessageAsync);
        communication.MapPost("/messages/{id:guid}/preview", PreviewAsync);
        communication.MapGet("/lists", ListsAsync);

        var acting = routes.MapApi("/api/communication", Permission.TakePart).WithTags("Communication");
        acting.MapPost("/items/{id:guid}/ticks", TickAsync);
        acting.MapDelete("/items/{id:guid}/ticks", UntickAsync);
        acting.MapPost("/items/{id:guid}/skips", SkipAsync);
        acting.MapPut("/items/{id:guid}/assignee", AssignAsync);
        acting.MapPut("/items/{id:guid}/due", RedateAsync);
        acting.MapPut("/messages/{id:guid}/text", EditAsync);
        acting.MapDelete("/messages/{id:guid}/text", ResetAsync);
        acting.MapPost("/messages/{id:guid}/sendings", SendNowAsync);
        acting.MapPost("/messages/{id:guid}/holds", HoldAsync);
        acting.MapDelete("/messages/{id:guid}/holds", FreeAsync);
        acting.MapPost("/messages/{id:guid}/retries", RetryAsync);
        acting.MapPut("/lists/{key}", SetListAsync);
        acting.MapPost("/test-mails", TestAsync);
    }

    private static async Task<IResult> ListAsync(CommunicationQueries queries, CancellationToken cancellationToken) => TypedResults.Ok(await queries.ListAsync(cancellationToken));

    private static async Task<IResult> TimelineAsync(string release, CommunicationQueries queries, CancellationToken cancellationToken) =>
        await queries.FindAsync(release, cancellationToken) is { } timeline ? TypedResults.Ok(timeline) : Refusal.NotFound("timeline for", release).ToResult();

    private static Task<IResult> TickAsync(Guid id, CommunicationService service, Seen seen) => seen.OnEntryAsync((version, actor, token) => service.TickAsync(id, version, actor, token));

    private static Task<IResult> UntickAsync(Guid id, CommunicationService service, Seen seen) => seen.OnEntryAsync((version, actor, token) => service.UntickAsync(id, version, actor, token));

    private static Task<IResult> SkipAsync(Guid id, SkipRequest body, CommunicationService service, Seen seen) =>
        seen.OnEntryAsync((version, actor, token) => service.SkipAsync(id, version, body.Reason ?? "", actor, token));

    private static Task<IResult> AssignAsync(Guid id, AssignRequest body, CommunicationService service, Seen seen) =>
        seen.OnEntryAsync((version, actor, token) => service.AssignAsync(id, version, body.AssigneeId, actor, token));

    private static Task<IResult> RedateAsync(Guid id, RedateRequest body, CommunicationService service, Seen seen) =>
        seen.OnEntryAsync((version, actor, token) => service.RedateAsync(id, version, body.Day, body.Time, actor, token));

    private static async Task<IResult> MessageAsync(Guid id, CommunicationQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.MessageAsync(id, cancellationToken) is not { } detail) return Refusal.NotFound("message", id.ToString()).ToResult();
        RowVersion.Write(response, detail.Message.Version);
        return TypedResults.Ok(detail);
    }

    private static Task<IResult> EditAsync(Guid id, TextRequest body, MessageService service, Seen seen) =>
        seen.OnMessageAsync((version, actor, token) => service.EditAsync(id, version, body.Subject ?? "", body.Body ?? "", actor, token));

    private static Task<IResult> ResetAsync(Guid id, MessageService service, Seen seen) => seen.OnMessageAsync((version, actor, token) => service.ResetAsync(id, version, actor, token));

    private static async Task<IResult> PreviewAsync(Guid id, PreviewRequest body, CommunicationQueries queries, CancellationToken cancellationToken) =>
        (await queries.PreviewAsync(id, body.Text ?? "", cancellationToken)).ToResult(html => TypedResults.Ok(new { Html = html }));

    private static Task<IResult> SendNowAsync(Guid id, MessageService service, Seen seen) => seen.OnMessageAsync((version, actor, token) => service.SendNowAsync(id, version, actor, token));

    private static Task<IResult> HoldAsync(Guid id, HoldRequest body, MessageService service, Seen seen) =>
        seen.OnMessageAsync((version, actor, token) => service.HoldAsync(id, version, body.Reason, actor, token));

    private static Task<IResult> FreeAsync(Guid id, MessageService service, Seen seen) => seen.OnMessageAsync((version, actor, token) => service.FreeAsync(id, version, actor, token));

    private static Task<IResult> RetryAsync(Guid id, MessageService service, Seen seen) => seen.OnMessageAsync((version, actor, token) => service.RetryAsync(id, version, actor, token));

    private static async Task<IResult> ListsAsync(RecipientLists lists, CancellationToken cancellationToken) => TypedResults.Ok(await lists.ListAsync(cancellationToken));

    private static Task<IResult> SetListAsync(string key, ListRequest body, RecipientLists lists, Seen seen) =>
        seen.RunAsync((version, actor, token) => lists.SetAsync(key, version, body.Addresses ?? [], body.Roles ?? [], actor, token), list => list.Version);

    private static async Task<IResult> TestAsync(DirectMail direct, ICurrentActor actor, CancellationToken cancellationToken) =>
        (await direct.TestAsync(await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(id => TypedResults.Ok(new { Id = id }));

    internal sealed record SkipRequest(string? Reason);

    internal sealed record AssignRequest(Guid? AssigneeId);

    internal sealed record RedateRequest(int Day, TimeOnly Time);

    internal sealed record TextRequest(string? Subject, string? Body);

    internal sealed record PreviewRequest(string? Text);

    internal sealed record HoldRequest(string? Reason);

    internal sealed record ListRequest(ImmutableArray<string>? Addresses, ImmutableArray<Role>? Roles);

    /// <summary>A command on a row that the caller has seen: its version is asked for, the new one is given back.</summary>
    internal readonly record struct Seen(HttpContext Context, ICurrentActor Current)
    {
        public static ValueTask<Seen> BindAsync(HttpContext context) => ValueTask.FromResult(new Seen(context, context.RequestServices.GetRequiredService<ICurrentActor>()));

        public Task<IResult> OnEntryAsync(Func<long, Actor, CancellationToken, Task<Outcome<TimelineEntry>>> command) => RunAsync(command, entry => entry.Version);

        public Task<IResult> OnMessageAsync(Func<long, Actor, CancellationToken, Task<Outcome<OutboxMessage>>> command) => RunAsync(command, message => message.Version);

        public async Task<IResult> RunAsync<T>(Func<long, Actor, CancellationToken, Task<Outcome<T>>> command, Func<T, long> versionOf)
        {
            var version = RowVersion.Read(Context.Request);
            if (!version.IsAccepted) return version.Refusal.ToResult();
            var outcome = await command(version.Value, await Current.GetAsync(Context.RequestAborted), Context.RequestAborted);
            if (outcome.IsAccepted) RowVersion.Write(Context.Response, versionOf(outcome.Value));
            return outcome.ToResult();
        }
    }
}
