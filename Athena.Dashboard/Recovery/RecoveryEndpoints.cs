using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Recovery.Domain;

namespace Athena.Dashboard.Recovery;

/// <summary>Procedures of rollbacks and their post-mortems over HTTP. Who may do what is decided by the commands, which know the step.</summary>
internal static class RecoveryEndpoints
{
    public static void MapRecoveryApi(this IEndpointRouteBuilder routes)
    {
        var recovery = routes.MapApi("/api/recovery", Permission.See).WithTags("Recovery");
        recovery.MapGet("/", ListAsync);
        recovery.MapGet("/{id:guid}", FindAsync);
        recovery.MapGet("/{id:guid}/post-mortem", ReadAsync);
        recovery.MapPost("/{id:guid}/post-mortem/preview", Preview);

        var acting = routes.MapApi("/api/recovery", Permission.TakePart).WithTags("Recovery");
        acting.MapPost("/", OpenAsync);
        acting.MapPost("/{id:guid}/looks", LookAsync);
        acting.MapPost("/{id:guid}/cancellations", CallOffAsync);
        acting.MapPut("/{id:guid}/steps/{step}/assignee", AssignAsync);
        acting.MapPost("/{id:guid}/steps/{step}/beginnings", BeginAsync);
        acting.MapPut("/{id:guid}/steps/{step}/note", WriteNoteAsync);
        acting.MapPost("/{id:guid}/steps/{step}/completions", CompleteAsync);
        acting.MapPost("/{id:guid}/steps/{step}/reopenings", ReopenAsync);
        acting.MapPost("/{id:guid}/post-mortem", StartAsync);
        acting.MapPut("/{id:guid}/post-mortem", SaveAsync);
        acting.MapPost("/{id:guid}/post-mortem/publications", PublishAsync);
        acting.MapPost("/{id:guid}/post-mortem/follow-ups", AddFollowUpAsync);
        acting.MapPut("/{id:guid}/post-mortem/follow-ups/{action:guid}", ChangeFollowUpAsync);
        acting.MapPost("/{id:guid}/post-mortem/follow-ups/{action:guid}/ticks", TickAsync);
        acting.MapDelete("/{id:guid}/post-mortem/follow-ups/{action:guid}/ticks", UntickAsync);
    }

    private static async Task<IResult> ListAsync(string? release, Guid? rollout, RecoveryQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.ListAsync(release, rollout, cancellationToken));

    private static async Task<IResult> FindAsync(Guid id, RecoveryQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } view) return Refusal.NotFound("procedure", id.ToString()).ToResult();
        RowVersion.Write(response, view.Procedure.Version);
        return TypedResults.Ok(view);
    }

    private static async Task<IResult> OpenAsync(OpenRequest body, RecoveryService service, ICurrentActor current, HttpResponse response, CancellationToken cancellationToken) =>
        (await service.OpenAsync(body.Release ?? "", body.Reason ?? "", await current.GetAsync(cancellationToken), cancellationToken)).ToResult(procedure =>
        {
            RowVersion.Write(response, procedure.Version);
            return TypedResults.Created($"/api/recovery/{procedure.Id}", procedure);
        });

    private static async Task<IResult> LookAsync(Guid id, RecoveryService service, ICurrentActor current, HttpResponse response, CancellationToken cancellationToken) =>
        Tagged(await service.LookAsync(id, await current.GetAsync(cancellationToken), cancellationToken), response);

    private static Task<IResult> CallOffAsync(Guid id, ReasonRequest body, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.CallOffAsync(id, version, body.Reason ?? "", actor, token));

    private static Task<IResult> AssignAsync(Guid id, string step, AssignRequest body, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.AssignAsync(id, version, step, body.AssigneeId, actor, token));

    private static Task<IResult> BeginAsync(Guid id, string step, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.BeginAsync(id, version, step, actor, token));

    private static Task<IResult> WriteNoteAsync(Guid id, string step, NoteRequest body, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.WriteNoteAsync(id, version, step, body.Note ?? "", actor, token));

    private static Task<IResult> CompleteAsync(Guid id, string step, NoteRequest body, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.CompleteAsync(id, version, step, body.Note ?? "", actor, token));

    private static Task<IResult> ReopenAsync(Guid id, string step, ReasonRequest body, RecoveryService service, Seen seen) =>
        seen.OnProcedureAsync((version, actor, token) => service.ReopenAsync(id, version, step, body.Reason ?? "", actor, token));

    private static async Task<IResult> ReadAsync(Guid id, RecoveryQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.PostMortemAsync(id, cancellationToken) is not { } report) return PostMortemService.NotStarted(id).ToResult();
        RowVersion.Write(response, report.Version);
        return TypedResults.Ok(report);
    }

    private static IResult Preview(Guid id, TextRequest body, RecoveryQueries queries) => queries.Preview(body.Text ?? "").ToResult(html => TypedResults.Ok(new { Html = html }));

    private static async Task<IResult> StartAsync(Guid id, PostMortemService service, ICurrentActor current, HttpResponse response, CancellationToken cancellationToken) =>
        Tagged(await service.StartAsync(id, await current.GetAsync(cancellationToken), cancellationToken), response);

    private static Task<IResult> SaveAsync(Guid id, TextRequest body, PostMortemService service, Seen seen) =>
        body.Text is { } text
            ? seen.OnReportAsync((version, actor, token) => service.SaveAsync(id, version, text, actor, token))
            : Task.FromResult(Refusal.Invalid("malformed_json", "The request's body cannot be read.", new RefusalItem("text", "missing")).ToResult());

    private static Task<IResult> PublishAsync(Guid id, PostMortemService service, Seen seen) =>
        seen.OnReportAsync((version, actor, token) => service.PublishAsync(id, version, actor, token));

    private static Task<IResult> AddFollowUpAsync(Guid id, FollowUpRequest body, PostMortemService service, Seen seen) =>
        seen.OnReportAsync((version, actor, token) => service.AddFollowUpAsync(id, version, body.Title ?? "", body.OwnerId, body.DueOn, actor, token));

    private static Task<IResult> ChangeFollowUpAsync(Guid id, Guid action, FollowUpRequest body, PostMortemService service, Seen seen) =>
        seen.OnReportAsync((version, actor, token) => service.ChangeFollowUpAsync(id, version, action, body.Title ?? "", body.OwnerId, body.DueOn, actor, token));

    private static Task<IResult> TickAsync(Guid id, Guid action, PostMortemService service, Seen seen) =>
        seen.OnReportAsync((version, actor, token) => service.TickFollowUpAsync(id, version, action, done: true, actor, token));

    private static Task<IResult> UntickAsync(Guid id, Guid action, PostMortemService service, Seen seen) =>
        seen.OnReportAsync((version, actor, token) => service.TickFollowUpAsync(id, version, action, done: false, actor, token));

    private static IResult Tagged<T>(Outcome<T> outcome, HttpResponse response)
        where T : IVersioned => outcome.ToResult(row =>
        {
            RowVersion.Write(response, row.Version);
            return TypedResults.Ok(row);
        });

    internal sealed record OpenRequest(string? Release, string? Reason);

    internal sealed record ReasonRequest(string? Reason);

    internal sealed record AssignRequest(Guid? AssigneeId);

    internal sealed record NoteRequest(string? Note);

    internal sealed record TextRequest(string? Text);

    internal sealed record FollowUpRequest(string? Title, Guid? OwnerId, DateOnly DueOn);

    /// <summary>A command on a row that the caller has seen: its version is asked for, the new one is given back.</summary>
    internal readonly record struct Seen(HttpContext Context, ICurrentActor Current)
    {
        public static ValueTask<Seen> BindAsync(HttpContext context) => ValueTask.FromResult(new Seen(context, context.RequestServices.GetRequiredService<ICurrentActor>()));

        public Task<IResult> OnProcedureAsync(Func<long, Actor, CancellationToken, Task<Outcome<Procedure>>> command) => RunAsync(command);

        public Task<IResult> OnReportAsync(Func<long, Actor, CancellationToken, Task<Outcome<PostMortem>>> command) => RunAsync(command);

        private async Task<IResult> RunAsync<T>(Func<long, Actor, CancellationToken, Task<Outcome<T>>> command)
            where T : IVersioned
        {
            var version = RowVersion.Read(Context.Request);
            if (!version.IsAccepted) return version.Refusal.ToResult();
            return Tagged(await command(version.Value, await Current.GetAsync(Context.RequestAborted), Context.RequestAborted), Context.Response);
        }
    }
}
