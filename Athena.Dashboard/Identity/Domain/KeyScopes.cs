using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>What an API key can be good for, by the words that operators write.</summary>
public static class KeyScopes
{
    public const string EvaluateFlags = "flags:evaluate";
    public const string WriteHealth = "health:write";
    public const string WriteGates = "gates:write";
    public const string Read = "read";
    public const string Admin = "admin";

    public static ImmutableArray<string> All { get; } = [EvaluateFlags, WriteHealth, WriteGates, Read, Admin];

    /// <summary>What a key with these scopes may do; unknown words allow nothing.</summary>
    public static ImmutableHashSet<Permission> Permissions(IEnumerable<string> scopes) => [.. scopes.SelectMany(PermissionsOf)];

    /// <summary>One sentence for people who choose.</summary>
    public static string Explain(string scope) => scope switch
    {
        EvaluateFlags => "Ask for flag values (OFREP)",
        WriteHealth => "Report health measurements",
        WriteGates => "Report results of automated gate items",
        Read => "Read everything that a viewer sees",
        Admin => "Do everything: give it to nobody who does not need it",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    private static IEnumerable<Permission> PermissionsOf(string scope) => scope switch
    {
        EvaluateFlags => [Permission.EvaluateFlags],
        WriteHealth => [Permission.WriteHealth],
        WriteGates => [Permission.WriteGates, Permission.TakePart],
        Read => [Permission.See],
        Admin => Enum.GetValues<Permission>(),
        _ => [],
    };
}
