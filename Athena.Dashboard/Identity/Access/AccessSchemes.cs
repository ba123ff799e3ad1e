namespace Athena.Dashboard.Identity.Access;

/// <summary>Names of the ways to prove who asks.</summary>
internal static class AccessSchemes
{
    /// <summary>Chooses: a key when one is presented, the session otherwise.</summary>
    public const string Any = "athena";

    public const string Session = "session";

    public const string Key = "key";

    /// <summary>Paths that programs call: they get problems as answers where pages would redirect.</summary>
    public static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.Ordinal)
        || path.StartsWithSegments("/ofrep", StringComparison.Ordinal)
        || path.StartsWithSegments("/health/v1", StringComparison.Ordinal)
        || path.StartsWithSegments("/hubs", StringComparison.Ordinal)
        || path.StartsWithSegments("/_blazor", StringComparison.Ordinal);
}
