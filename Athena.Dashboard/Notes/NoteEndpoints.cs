using System.Text;
using System.Text.Json;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Notes;

internal static class NoteEndpoints
{
    public static void MapNoteEndpoints(this IEndpointRouteBuilder routes)
    {
        var notes = routes.MapApi("/api/notes", Permission.See).WithTags("Notes");
        notes.MapGet("/", ListAsync);
        notes.MapGet("/{release}", ShowAsync);
        notes.MapGet("/{release}/draft", ReadDraftAsync);
        notes.MapPost("/{release}/preview", PreviewAsync);
        notes.MapGet("/{release}/revisions", RevisionsAsync);
        notes.MapGet("/{release}/revisions/{number:int}", RevisionAsync);
        notes.MapGet("/{release}/comments", CommentsAsync);

        var writing = routes.MapApi("/api/notes", Permission.TakePart).WithTags("Notes");
        writing.MapPost("/{release}/draft", StartAsync);
        writing.MapPut("/{release}/draft", SaveDraftAsync);
        writing.MapPost("/{release}/revisions/{number:int}/restorations", RestoreAsync);
        writing.MapPost("/{release}/approvals", ApproveAsync);
        writing.MapDelete("/{release}/approvals/mine", WithdrawAsync);
        writing.MapPost("/{release}/publications", PublishAsync);
        writing.MapPost("/{release}/comments", CommentAsync);
        writing.MapPost("/{release}/comments/{id:guid}/resolutions", ResolveAsync);
    }

    private static async Task<IResult> ListAsync(NoteQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok((await queries.ListAsync(cancellationToken)).Select(row => new { row.Release.Version, row.Release.Title, Notes = row.Draft, row.OpenComments }));

    private static async Task<IResult> ShowAsync(string release, NoteQueries queries, HttpResponse response, CancellationToken cancellationToken) =>
        await queries.DraftAsync(release, cancellationToken) is { } draft ? Tagged(draft, response) : NoteService.NotStarted(release).ToResult();

    private static async Task<IResult> StartAsync(string release, NoteService service, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken) =>
        (await service.StartAsync(release, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(draft => Tagged(draft, response));

    private static async Task<IResult> ReadDraftAsync(string release, NoteQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.DocumentAsync(release, cancellationToken) is not { } document) return NoteService.NotStarted(release).ToResult();
        RowVersion.Write(response, document.Draft.Version);
        return TypedResults.Ok(TextState.Of(document));
    }

    private static async Task<IResult> SaveDraftAsync(
        string release, HttpRequest request, NoteService service, NoteQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var text = await ReadTextAsync(request, cancellationToken);
        if (!text.IsAccepted) return text.Refusal.ToResult();
        var saved = await service.SaveAsync(release, version.Value, text.Value, await actor.GetAsync(cancellationToken), cancellationToken);
        if (saved.Refusal is { Kind: RefusalKind.Stale } stale && await queries.DocumentAsync(release, cancellationToken) is { } current)
        {
            // Both texts live on: the caller has his, and gets the one that was saved in the meantime.
            var problem = stale.ToProblem();
            problem.Extensions["current"] = TextState.Of(current);
            RowVersion.Write(response, current.Draft.Version);
            return TypedResults.Problem(problem);
        }

        return saved.ToResult(draft => Tagged(draft, response));
    }

    private static async Task<IResult> PreviewAsync(string release, HttpRequest request, NoteQueries queries, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(request, cancellationToken);
        if (!text.IsAccepted) return text.Refusal.ToResult();
        return (await queries.PreviewAsync(release, text.Value, cancellationToken)).ToResult(html => TypedResults.Ok(new { Html = html }));
    }

    private static async Task<IResult> RevisionsAsync(string release, NoteQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.RevisionsAsync(release, cancellationToken));

    private static async Task<IResult> RevisionAsync(string release, int number, NoteQueries queries, CancellationToken cancellationToken) =>
        await queries.RevisionTextAsync(release, number, cancellationToken) is { } text
            ? TypedResults.Text(text, "text/markdown", Encoding.UTF8)
            : Refusal.NotFound("revision", FormattableString.Invariant($"{number} of the notes of {release}")).ToResult();

    private static async Task<IResult> RestoreAsync(
        string release, int number, HttpRequest request, NoteService service, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await service.RestoreAsync(release, version.Value, number, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(draft => Tagged(draft, response));
    }

    private static async Task<IResult> ApproveAsync(
        string release, ApprovalRequest body, HttpRequest request, NoteService service, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await service.ApproveAsync(release, version.Value, body.Role, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(draft => Tagged(draft, response));
    }

    private static async Task<IResult> WithdrawAsync(
        string release, HttpRequest request, NoteService service, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await service.WithdrawAsync(release, version.Value, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(draft => Tagged(draft, response));
    }

    private static async Task<IResult> PublishAsync(
        string release, HttpRequest request, NoteService service, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await service.PublishAsync(release, version.Value, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult(draft => Tagged(draft, response));
    }

    private static async Task<IResult> CommentsAsync(string release, NoteQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.CommentsAsync(release, cancellationToken));

    private static async Task<IResult> CommentAsync(string release, CommentRequest body, NoteComments comments, ICurrentActor actor, CancellationToken cancellationToken) =>
        (await comments.AddAsync(release, body.Text ?? "", await actor.GetAsync(cancellationToken), cancellationToken)).ToResult();

    private static async Task<IResult> ResolveAsync(
        string release, Guid id, HttpRequest request, NoteComments comments, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return (await comments.ResolveAsync(release, id, version.Value, await actor.GetAsync(cancellationToken), cancellationToken)).ToResult();
    }

    private static IResult Tagged(NotesDraft draft, HttpResponse response)
    {
        RowVersion.Write(response, draft.Version);
        return TypedResults.Ok(draft);
    }

    // Markdown as it is, or JSON with one member: what people's programs and the editor find natural.
    private static async Task<Outcome<string>> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var text = await RequestBody.ReadTextAsync(
            request, (int)ApiSetup.MostBodyBytes, new Refusal(RefusalKind.TooLarge, "text_too_large", "The text is too long."), cancellationToken);
        return text.IsAccepted && request.HasJsonContentType() ? ReadJson(text.Value) : text;
    }

    private static Outcome<string> ReadJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TextRequest>(json, StrictJson.Options) is { Text: { } text }
                ? text
                : Refusal.Invalid("malformed_json", "The request's body cannot be read.", new RefusalItem("text", "missing"));
        }
        catch (JsonException malformed)
        {
            throw new BadHttpRequestException("The request's body cannot be read.", malformed);
        }
    }

    internal sealed record TextRequest(string? Text);

    internal sealed record ApprovalRequest(Role? Role);

    internal sealed record CommentRequest(string? Text);

    private sealed record TextState(string Text, long Version, string By, DateTimeOffset At)
    {
        public static TextState Of(NotesDocument document) => new(document.Text, document.Draft.Version, document.Draft.EditedBy, document.Draft.EditedAt);
    }
}
