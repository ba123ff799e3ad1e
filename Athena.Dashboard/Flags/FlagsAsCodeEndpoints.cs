using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>Flags as files over HTTP: YAML for all environments, or flagd's JSON where <c>flagd</c> names one.</summary>
internal static class FlagsAsCodeEndpoints
{
    public static void MapFlagsAsCodeApi(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapApi("/api/flag-files", Permission.See);
        files.MapGet("/", ExportAsync);
        files.MapPost("/differences", CompareAsync);
        routes.MapApi("/api/flag-files", Permission.TakePart).MapPost("/", ApplyAsync);
    }

    private static async Task<IResult> ExportAsync(string? flagd, FlagsAsCode files, CancellationToken cancellationToken) =>
        (await files.ExportAsync(flagd, cancellationToken)).ToResult(text => TypedResults.Text(text, flagd is null ? "application/yaml" : "application/json"));

    private static async Task<IResult> CompareAsync(FlagFileResource file, FlagsAsCode files, CancellationToken cancellationToken)
    {
        var document = FlagsAsCode.Read(file.Text, file.Flagd);
        return document.IsAccepted ? (await files.CompareAsync(document.Value, cancellationToken)).ToResult() : document.Refusal.ToResult();
    }

    /// <summary>200 when all was applied, 202 when something of it waits for approval.</summary>
    private static async Task<IResult> ApplyAsync(FlagFileResource file, FlagsAsCode files, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var document = FlagsAsCode.Read(file.Text, file.Flagd);
        if (!document.IsAccepted) return document.Refusal.ToResult();
        var applied = await files.ApplyAsync(document.Value, file.Reason, new Consent(file.Confirmation, file.Override), await actor.GetAsync(cancellationToken), cancellationToken);
        return applied.ToResult(result => result.Waiting.IsEmpty ? TypedResults.Ok(result) : TypedResults.Accepted("/api/change-requests", result));
    }
}

/// <summary>A file to be compared or applied.</summary>
public sealed record FlagFileResource
{
    public required string Text { get; init; }

    /// <summary>The environment, for flagd's format; null for YAML.</summary>
    public string? Flagd { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The production environment's key, where the file changes it.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }
}
