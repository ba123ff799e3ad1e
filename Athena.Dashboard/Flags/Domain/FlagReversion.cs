using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Takes one change of a setting back, and nothing that came after it.</summary>
public static class FlagReversion
{
    /// <param name="before">The setting before the change.</param>
    /// <param name="after">The setting that the change made.</param>
    /// <returns>Refused with <c>changed_since</c> when something that it changed was changed again.</returns>
    public static Outcome<Decision<FlagEnvironment>> Revert(this FlagEnvironment flag, FlagEnvironment before, FlagEnvironment after, ChangeTerms terms) =>
        flag.Move(after, before, terms, $"The change of {flag.FlagKey} in {flag.Environment} cannot be taken back: others build on it.", "Take the later changes back first, or edit the setting.");

    /// <summary>Makes a change that was decided on another version of the setting: what it made different, and nothing else.</summary>
    /// <returns>Refused with <c>changed_since</c> when one of these is not as it was.</returns>
    public static Outcome<Decision<FlagEnvironment>> Carry(this FlagEnvironment flag, FlagEnvironment before, FlagEnvironment after, ChangeTerms terms) =>
        flag.Move(before, after, terms, $"What the change of {flag.FlagKey} in {flag.Environment} was to change is something else by now.", "Edit the setting.");

    private static Outcome<Decision<FlagEnvironment>> Move(this FlagEnvironment flag, FlagEnvironment from, FlagEnvironment to, ChangeTerms terms, string title, string remedy)
    {
        var (next, again) = All.Move(flag, from, to);
        if (!again.IsEmpty) return Refusal.Conflict("changed_since", title, remedy) with { Items = again };
        // An instant that is past by now would be followed at once.
        if (next.EnableAt <= terms.Now) next = next with { EnableAt = null };
        if (next.DisableAt <= terms.Now) next = next with { DisableAt = null };
        var settings = FlagSettings.Of(next with { EnableAt = next.Enabled ? null : next.EnableAt });
        return flag.Put(settings, next.Enabled, terms);
    }

    private static readonly Part<FlagEnvironment>[] All =
    [
        new("enabled", (left, right) => left.Enabled == right.Enabled, (into, from) => into with { Enabled = from.Enabled }),
        new("conditions", (left, right) => left.Conditions.SequenceEqual(right.Conditions), (into, from) => into with { Conditions = from.Conditions }),
        new("rules", (left, right) => left.Rules.SequenceEqual(right.Rules), (into, from) => into with { Rules = from.Rules }),
        new("prerequisites", (left, right) => left.Prerequisites.SequenceEqual(right.Prerequisites), (into, from) => into with { Prerequisites = from.Prerequisites }),
        new("serve", (left, right) => left.Serve == right.Serve, (into, from) => into with { Serve = from.Serve }),
        new("percentage", (left, right) => left.Percentage == right.Percentage, (into, from) => into with { Percentage = from.Percentage }),
        new("audience", (left, right) => left.Audience.SequenceEqual(right.Audience, StringComparer.Ordinal), (into, from) => into with { Audience = from.Audience }),
        new("bucketBy", (left, right) => left.BucketBy == right.BucketBy, (into, from) => into with { BucketBy = from.BucketBy }),
        new("fallback", (left, right) => left.Fallback == right.Fallback, (into, from) => into with { Fallback = from.Fallback }),
        new("enableAt", (left, right) => left.EnableAt == right.EnableAt, (into, from) => into with { EnableAt = from.EnableAt }),
        new("disableAt", (left, right) => left.DisableAt == right.DisableAt, (into, from) => into with { DisableAt = from.DisableAt }),
    ];
}
