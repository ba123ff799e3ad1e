using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>A change of one setting, to be made at once or asked for: the same decision either way.</summary>
/// <param name="Version">The setting's version that the author saw; null where it does not matter.</param>
/// <param name="Decide">What it makes of the setting.</param>
/// <param name="PrepareAsync">Reads, ahead of the decision and in its transaction, what the change needs and may name.</param>
public sealed record FlagChange(
    string Key,
    string Environment,
    long? Version,
    Func<FlagEnvironment, ChangeTerms, Outcome<Decision<FlagEnvironment>>> Decide,
    Func<AthenaDbContext, Flag, FlagEnvironment, CancellationToken, Task<TargetingScope>> PrepareAsync)
{
    public static FlagChange Switch(string key, string environment, bool on, long? version) =>
        new(key, environment, version, (setting, terms) => setting.Switch(on, terms), (_, _, _, _) => Task.FromResult(TargetingScope.Boolean));

    public static FlagChange Edit(string key, string environment, long version, FlagSettings settings) =>
        new(key, environment, version, (setting, terms) => setting.Edit(settings, terms), (db, flag, _, token) => TargetingScopes.ForAsync(db, flag, environment, settings, token));

    /// <summary>Settings and switch at once.</summary>
    public static FlagChange Put(string key, string environment, long version, FlagSettings settings, bool enabled) =>
        new(key, environment, version, (setting, terms) => setting.Put(settings, enabled, terms), (db, flag, _, token) => TargetingScopes.ForAsync(db, flag, environment, settings, token));

    /// <summary>One variant for everybody whom no rule decides for; <c>off</c> by exposing nobody, which only lowers.</summary>
    public static FlagChange Serve(Flag flag, string environment, string variant)
    {
        FlagSettings Served(FlagEnvironment setting) => variant == Variant.Off
            ? FlagSettings.Of(setting) with { Percentage = Percentage.Zero, Audience = [] }
            : FlagSettings.Of(setting) with { Percentage = Percentage.Hundred, Serve = setting.Serve is null && variant == flag.Exposed.Name ? null : Serving.Of(variant) };
        return new FlagChange(
            flag.Key,
            environment,
            Version: null,
            (setting, terms) => setting.Put(Served(setting), setting.Enabled, terms),
            (db, known, setting, token) => TargetingScopes.ForAsync(db, known, environment, Served(setting), token));
    }

    /// <param name="change">An event of this flag that changed a setting.</param>
    public static Outcome<FlagChange> Revert(string key, EventRow change)
    {
        if (FlagPast.EnvironmentOf(change) is not { } environment || change is not { Before: { } before, After: { } after })
            return Refusal.Conflict("not_revertible", $"What happened to {key} there is not a change of a setting.", "Only changes of targeting, schedule, exposure and switch can be taken back.");
        var (was, became) = (FlagPast.Read<FlagEnvironment>(before)!, FlagPast.Read<FlagEnvironment>(after)!);
        return new FlagChange(
            key,
            environment,
            Version: null,
            (setting, terms) => setting.Revert(was, became, terms),
            (db, flag, _, token) => TargetingScopes.ForAsync(db, flag, environment, FlagSettings.Of(was), token));
    }

    /// <summary>Brings targeting and switch of one environment to another; the schedule stays behind.</summary>
    /// <param name="version">The target's version that the person saw.</param>
    /// <param name="sourceVersion">The source's version that the person saw; null where it does not matter.</param>
    public static FlagChange Promote(string key, string from, string to, long version, long? sourceVersion)
    {
        var source = FlagEnvironments.Untouched(key, from);
        return new FlagChange(
            key,
            to,
            version,
            (setting, terms) =>
                from == to ? Refusal.Invalid("promotion_invalid", "A flag is promoted to another environment.", new RefusalItem("to", "is where it comes from", to, "another environment"))
                : sourceVersion is { } seen && seen != source.Version ? Refusal.Stale($"The setting of {key} in {from}")
                : setting.Promote(source, terms),
            async (db, flag, _, token) =>
            {
                source = await FlagEnvironments.ReadAsync(db, key, from, token);
                return await TargetingScopes.ForAsync(db, flag, to, FlagSettings.Of(source), token);
            });
    }
}
