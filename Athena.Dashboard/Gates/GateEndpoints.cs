using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates;

internal static class GateEndpoints
{
    public static void MapGateEndpoints(this IEndpointRouteBuilder routes)
    {
        // People who see and keys that only report both read boards: the handler asks for itself.
        routes.MapGroup("/api/gates").RequireAuthorization().MapGet("/boards/{kind}/{id}", BoardAsync);

        var gates = routes.MapApi("/api/gates", Permission.TakePart);
        var item = gates.MapGroup("/items/{itemId:guid}");
        item.MapPost("/starts", StartAsync);
        item.MapPost("/ticks", TickAsync);
        item.MapPost("/unticks", UntickAsync);
        item.MapPost("/blocks", BlockAsync);
        item.MapPost("/rejections", RejectAsync);
        item.MapPost("/assignments", AssignAsync);
        item.MapPost("/results", ReportAsync);
        item.MapPost("/comments", CommentAsync);
        item.MapPost("/evidence", LinkEvidenceAsync);
        item.MapPost("/waivers", AskWaiverAsync);

        gates.MapPost("/waivers/{waiverId:guid}/approvals", ApproveWaiverAsync);
        gates.MapPost("/waivers/{waiverId:guid}/rejections", DeclineWaiverAsync);
    }

    private static async Task<IResult> BoardAsync(string kind, string id, IGateBoards boards, ICurrentActor actors, CancellationToken cancellationToken)
    {
        var actor = await actors.GetAsync(cancellationToken);
        if (!actor.May(Permission.WriteGates) && actor.Lacks(Permission.See, "read gates") is { } refusal) return refusal.ToResult();
        return await boards.FindAsync(new Subject(kind, id), cancellationToken) is { } board
            ? TypedResults.Ok(board)
            : Refusal.NotFound("set of gates on", $"{kind} {id}").ToResult();
    }

    private static Task<IResult> StartAsync(Guid itemId, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.StartAsync(itemId, version, actor, cancellationToken), cancellationToken);

    private static Task<IResult> TickAsync(Guid itemId, GateComment? body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.TickAsync(itemId, version, body?.Comment, actor, cancellationToken), cancellationToken);

    private static Task<IResult> UntickAsync(Guid itemId, GateReason? body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.UntickAsync(itemId, version, body?.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> BlockAsync(Guid itemId, GateReason body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.BlockAsync(itemId, version, body.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> RejectAsync(Guid itemId, GateReason body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.RejectAsync(itemId, version, body.Reason, actor, cancellationToken), cancellationToken);

    private static Task<IResult> AssignAsync(Guid itemId, GateAssignment body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.AssignAsync(itemId, version, body.AssigneeId, actor, cancellationToken), cancellationToken);

    private static Task<IResult> ReportAsync(Guid itemId, GateCheckResult body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.ReportAsync(itemId, version, body, actor, cancellationToken), cancellationToken);

    private static async Task<IResult> CommentAsync(Guid itemId, GateComment body, GateService service, ICurrentActor actors, CancellationToken cancellationToken) =>
        (await service.CommentAsync(itemId, body.Comment, await actors.GetAsync(cancellationToken), cancellationToken))
        .ToResult(said => TypedResults.Ok(new RemarkView(said.Id, said.Text, said.SaidBy, said.SaidAt, said.With)));

    private static async Task<IResult> LinkEvidenceAsync(Guid itemId, GateEvidenceLink body, GateService service, ICurrentActor actors, CancellationToken cancellationToken) =>
        (await service.LinkEvidenceAsync(itemId, body.Title, body.Link, body.About, await actors.GetAsync(cancellationToken), cancellationToken))
        .ToResult(linked => TypedResults.Ok(new EvidenceView(linked.Id, linked.Title, linked.Link, linked.About, linked.AddedBy, linked.AddedAt)));

    private static Task<IResult> AskWaiverAsync(Guid itemId, WaiverRequest body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunAsync((service, version, actor) => service.AskWaiverAsync(itemId, version, body, actor, cancellationToken), cancellationToken);

    private static Task<IResult> ApproveWaiverAsync(Guid waiverId, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunUnversionedAsync((service, actor) => service.ApproveWaiverAsync(waiverId, actor, cancellationToken), cancellationToken);

    private static Task<IResult> DeclineWaiverAsync(Guid waiverId, GateReason body, GateCommands commands, CancellationToken cancellationToken) =>
        commands.RunUnversionedAsync((service, actor) => service.DeclineWaiverAsync(waiverId, body.Reason, actor, cancellationToken), cancellationToken);
}

internal sealed record GateComment(string? Comment);

internal sealed record GateReason(string? Reason);

internal sealed record GateAssignment(Guid? AssigneeId);

internal sealed record GateEvidenceLink(string? Title, string? Link, string? About);

/// <summary>What every command's handler does alike: who asks, which version he saw, how the item stands now.</summary>
internal readonly struct GateCommands
{
    private readonly HttpContext context;

    private GateCommands(HttpContext context) => this.context = context;

    public static ValueTask<GateCommands> BindAsync(HttpContext context) => ValueTask.FromResult(new GateCommands(context));

    public async Task<IResult> RunAsync(Func<GateService, long, Actor, Task<Outcome<GateItem>>> command, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(context.Request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        return await RunUnversionedAsync((service, actor) => command(service, version.Value, actor), cancellationToken);
    }

    public async Task<IResult> RunUnversionedAsync(Func<GateService, Actor, Task<Outcome<GateItem>>> command, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync(cancellationToken);
        var outcome = await command(services.GetRequiredService<GateService>(), actor);
        if (outcome.IsAccepted) RowVersion.Write(context.Response, outcome.Value.Version);
        return outcome.ToResult(item => TypedResults.Ok(services.GetRequiredService<GateQueries>().ViewOf(item)));
    }
}
