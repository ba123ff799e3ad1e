using System.Text;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Athena.Dashboard.Process;

internal static class ProcessEndpoints
{
    private const string YamlType = "application/yaml";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var process = routes.MapApi("/api/process", Permission.See);
        process.MapGet("/", Current);
        process.MapGet("/versions", VersionsAsync);
        process.MapGet("/versions/{number:int}", VersionAsync);
        process.MapGet("/versions/{number:int}/source", SourceAsync);
        process.MapGet("/versions/{number:int}/differences", DifferencesAsync);
        process.MapPost("/versions", ApplyAsync).RequireAuthorization(nameof(Permission.EditProcess)).Accepts<string>(YamlType);
    }

    private static Ok<ProcessVersion> Current(IProcessCatalog catalog, HttpResponse response)
    {
        RowVersion.Write(response, catalog.Current.Number);
        return TypedResults.Ok(catalog.Current);
    }

    private static async Task<IResult> VersionsAsync(ProcessQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.VersionsAsync(cancellationToken));

    private static async Task<IResult> VersionAsync(int number, ProcessQueries queries, CancellationToken cancellationToken) =>
        (await queries.FindAsync(number, cancellationToken)).ToResult();

    private static async Task<IResult> SourceAsync(int number, ProcessQueries queries, CancellationToken cancellationToken) =>
        (await queries.FindAsync(number, cancellationToken)).ToResult(version => TypedResults.Text(version.Source, YamlType, Encoding.UTF8));

    /// <param name="from">The version to compare with; the one before when it is not named.</param>
    private static async Task<IResult> DifferencesAsync(int number, int? from, ProcessQueries queries, CancellationToken cancellationToken) =>
        (await queries.DifferencesAsync(from ?? number - 1, number, cancellationToken)).ToResult();

    // The body is the YAML itself, If-Match the version that the caller saw in force.
    private static async Task<IResult> ApplyAsync(HttpRequest request, ProcessService service, ICurrentActor current, CancellationToken cancellationToken)
    {
        var expected = RowVersion.Read(request);
        if (expected.Refusal is { } versionless) return versionless.ToResult();
        var yaml = await RequestBody.ReadTextAsync(request, ProcessYaml.LargestSize, ProcessService.TooLarge, cancellationToken);
        if (yaml.Refusal is { } unreadable) return unreadable.ToResult();
        var actor = await current.GetAsync(cancellationToken);
        // A number beyond every version is as stale as any other that is not the current one.
        var version = (int)Math.Min(expected.Value, int.MaxValue);
        var applied = await service.ApplyAsync(yaml.Value, version, actor, cancellationToken);
        return applied.ToResult(made => TypedResults.Created(FormattableString.Invariant($"/api/process/versions/{made.Number}"), made));
    }
}
