using Microsoft.AspNetCore.Components.Endpoints;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Names of the ways to prove who asks.</summary>
internal static class AccessSchemes
{
    /// <summary>Chooses: a key when one is presented, the session otherwise.</summary>
    public const string Any = "athena";

    public const string Session = "session";

    public const string Key = "key";

    /// <summary>Programs get problems as answers where people are led to a page.</summary>
    public static bool IsForPrograms(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null
        && !context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
