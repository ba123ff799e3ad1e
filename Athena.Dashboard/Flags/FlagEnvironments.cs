using System.Collections.Immutable;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Settings of a flag as the process document orders its environments.</summary>
internal static class FlagEnvironments
{
    /// <summary>What a flag is in an environment before anybody touched it there: off, without a row.</summary>
    public static FlagEnvironment Untouched(string key, string environment) => new() { FlagKey = key, Environment = environment, Version = 0 };

    /// <summary>The setting as it stands, not followed by the context; untouched where it has no row.</summary>
    public static async Task<FlagEnvironment> ReadAsync(AthenaDbContext db, string key, string environment, CancellationToken cancellationToken) =>
        await db.Set<FlagEnvironment>().AsNoTracking().FirstOrDefaultAsync(row => row.FlagKey == key && row.Environment == environment, cancellationToken) ?? Untouched(key, environment);

    /// <summary>What production must not be ahead of; null for an environment that is not production, and for the first.</summary>
    public static async Task<PreviousEnvironment?> PreviousAsync(AthenaDbContext db, Flag flag, TargetEnvironment environment, ProcessDocument process, CancellationToken cancellationToken)
    {
        if (BeforeOf(environment, process) is not { } before) return null;
        return new PreviousEnvironment(before.Title, await ReadAsync(db, flag.Key, before.Key, cancellationToken), flag.Exposed.Name);
    }

    /// <inheritdoc cref="PreviousAsync"/>
    public static PreviousEnvironment? Previous(FlagView view, TargetEnvironment environment, ProcessDocument process)
    {
        return BeforeOf(environment, process) is { } before && view.In(before.Key) is { } setting ? new PreviousEnvironment(before.Title, setting, view.Flag.Exposed.Name) : null;
    }

    private static TargetEnvironment? BeforeOf(TargetEnvironment environment, ProcessDocument process) =>
        environment.IsProduction ? process.Environments.TakeWhile(known => known.Key != environment.Key).LastOrDefault() : null;

    /// <summary>One setting for each environment of the process, in its order.</summary>
    public static ImmutableArray<FlagEnvironment> Complete(Flag flag, IEnumerable<FlagEnvironment> settings, ProcessDocument process)
    {
        var byEnvironment = settings.ToDictionary(setting => setting.Environment, StringComparer.Ordinal);
        return [.. process.Environments.Select(environment => byEnvironment.GetValueOrDefault(environment.Key) ?? Untouched(flag.Key, environment.Key))];
    }
}
