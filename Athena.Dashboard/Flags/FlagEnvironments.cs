using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags;

/// <summary>Settings of a flag as the process document orders its environments.</summary>
internal static class FlagEnvironments
{
    /// <summary>What a flag is in an environment before anybody touched it there: off, without a row.</summary>
    public static FlagEnvironment Untouched(string key, string environment) => new() { FlagKey = key, Environment = environment, Version = 0 };

    /// <summary>One setting for each environment of the process, in its order.</summary>
    public static ImmutableArray<FlagEnvironment> Complete(Flag flag, IEnumerable<FlagEnvironment> settings, ProcessDocument process)
    {
        var byEnvironment = settings.ToDictionary(setting => setting.Environment, StringComparer.Ordinal);
        return [.. process.Environments.Select(environment => byEnvironment.GetValueOrDefault(environment.Key) ?? Untouched(flag.Key, environment.Key))];
    }
}
