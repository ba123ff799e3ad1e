using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Searches of the configured repositories over HTTP.</summary>
internal static class CodeSearchEndpoints
{
    public static void MapCodeSearchApi(this IEndpointRouteBuilder routes)
    {
        routes.MapApi("/api/code-searches", Permission.See).MapGet("/", ListAsync);
        var writing = routes.MapApi("/api/code-searches", Permission.TakePart);
        writing.MapPost("/", AskAsync);
        writing.MapPost("/stops", StopAsync);
    }

    private static async Task<IResult> ListAsync(CodeSearches searches, CancellationToken cancellationToken) =>
        TypedResults.Ok((await searches.ListAsync(cancellationToken)).Select(CodeSearchResource.Of));

    private static async Task<IResult> AskAsync(CodeSearches searches, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var asked = await searches.AskAsync(await actor.GetAsync(cancellationToken), cancellationToken);
        return asked.ToResult(_ => TypedResults.Accepted("/api/code-searches"));
    }

    private static async Task<IResult> StopAsync(CodeSearches searches, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var stopped = await searches.StopAsync(await actor.GetAsync(cancellationToken), cancellationToken);
        return stopped.ToResult(_ => TypedResults.Accepted("/api/code-searches"));
    }
}

/// <param name="Failure">Why the last search found out nothing; null when it did.</param>
/// <param name="WorkedAt">When a search last found out something; null for never.</param>
/// <param name="LeftOut">Files that were too large.</param>
public sealed record CodeSearchResource(string Repository, bool Running, DateTimeOffset? BegunAt, DateTimeOffset? EndedAt, DateTimeOffset? WorkedAt, string? Failure, int Done, int Total, int LeftOut)
{
    internal static CodeSearchResource Of(CodeSearchState state) =>
        new(state.Repository, state.IsRunning || state.Waits, state.BegunAt, state.EndedAt, state.WorkedAt, state.Failure, state.Done, state.Total, state.LeftOut);
}
