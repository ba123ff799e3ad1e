using System.Text;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>A flag's setting in words.</summary>
internal static class FlagText
{
    public static string Title(FlagKind kind) => kind switch
    {
        FlagKind.Release => "Release",
        FlagKind.Operational => "Operational",
        FlagKind.Experimental => "Experimental",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static StateKind Kind(FlagEnvironment setting) =>
        !setting.Enabled ? StateKind.Muted
        : IsForEverybody(setting) && setting.RolloutId is null ? StateKind.Good
        : StateKind.Progress;

    /// <summary>Whether everybody gets the same as far as this flag alone decides.</summary>
    public static bool IsForEverybody(FlagEnvironment setting) =>
        setting.Percentage == Percentage.Hundred && setting.Conditions.IsEmpty && setting.Rules.IsEmpty && setting.Prerequisites.IsEmpty && setting.Serve is not { Split.IsEmpty: false };

    /// <summary>The state in a word: off, on, or the share.</summary>
    public static string Word(FlagEnvironment setting) =>
        !setting.Enabled ? "Off"
        : setting.RolloutId is not null || (setting.Percentage < Percentage.Hundred && setting.Rules.IsEmpty) ? setting.Percentage.ToString()
        : IsForEverybody(setting) ? "On"
        : setting is { Rules.IsEmpty: true, Conditions.IsEmpty: true, Prerequisites.IsEmpty: true } ? "Split" : "By rule";

    /// <summary>Who gets the on variant while the flag is on.</summary>
    public static string Audience(FlagEnvironment setting)
    {
        var who = setting.Conditions.IsEmpty ? "Everybody" : "Everybody whose " + string.Join(" and ", setting.Conditions.Select(condition => condition.ToString()));
        if (setting.Percentage == Percentage.Hundred) return who + ".";
        var unit = setting.BucketBy == ContextNames.TargetingKey ? "users" : $"{setting.BucketBy}s";
        var share = $"{setting.Percentage} of {unit}" + (setting.Conditions.IsEmpty ? "" : " whose " + string.Join(" and ", setting.Conditions.Select(condition => condition.ToString())));
        return setting.Audience.IsEmpty
            ? share + "."
            : $"{share}, and {(setting.Audience.Length == 1 ? "the cohort" : "the cohorts")} {string.Join(", ", setting.Audience)}.";
    }

    public static string Word(FlagStage stage) => stage switch
    {
        FlagStage.Temporary => "Temporary",
        FlagStage.Prepared => "Prepared",
        FlagStage.RollingOut => "Rolling out",
        FlagStage.RolledBack => "Rolled back",
        FlagStage.DueForRemoval => "Due for removal",
        FlagStage.Permanent => "Permanent",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    /// <summary>What an event did, in the past tense.</summary>
    public static string Happened(FlagHistoryEntry entry) => entry.What switch
    {
        nameof(FlagCreated) => "Created",
        nameof(FlagSwitchedOn) => "Switched on",
        nameof(FlagSwitchedOff) => "Switched off",
        nameof(FlagExposureChanged) => "Exposure changed",
        nameof(FlagScheduleRefused) => "Did not switch itself on",
        nameof(FlagDeleted) => "Deleted",
        nameof(FlagVariantsChanged) => "Values changed",
        nameof(FlagRemovalReminded) => "Reminded of its removal",
        nameof(FlagReminderSnoozed) => "Reminders put off",
        _ => entry.Environment is null ? "Described anew" : "Rules changed",
    };

    public static StateKind KindOf(FlagHistoryEntry entry) => entry.What switch
    {
        nameof(FlagSwitchedOn) => StateKind.Good,
        nameof(FlagSwitchedOff) => StateKind.Muted,
        nameof(FlagExposureChanged) => StateKind.Progress,
        nameof(FlagScheduleRefused) => StateKind.Hold,
        _ => StateKind.Neutral,
    };

    /// <summary>The deciding rule in a sentence, with its number.</summary>
    public static string Because(Explanation explanation) =>
        explanation.Rule is { } rule && explanation.Evaluation.Answer.Decider is Decider.Rule or Decider.RuleSplit ? $"Rule {rule + 1} decides." : Because(explanation.Evaluation.Answer.Decider);

    /// <summary>The deciding rule in a sentence.</summary>
    public static string Because(Decider decider) => decider switch
    {
        Decider.Switch => "The flag is off here.",
        Decider.Prerequisite => "A flag that this one needs does not serve what it has to.",
        Decider.Rule or Decider.RuleSplit => "A rule decides.",
        Decider.Failed => "A condition could not be decided in time.",
        Decider.Conditions => "A condition does not hold.",
        Decider.Cohort => "The user is in a cohort that is exposed.",
        Decider.Everybody => "It is on for everybody.",
        Decider.AllConditions => "All conditions hold.",
        Decider.WithinPercentage => "The user's bucket lies below the percentage.",
        Decider.HeldBack => "The user is held back by the percentage.",
        Decider.MissingTargetingKey => "A bucket is needed, and there is no targetingKey.",
        _ => throw new ArgumentOutOfRangeException(nameof(decider), decider, null),
    };

    /// <summary>A key that a name suggests.</summary>
    public static string KeyOf(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter)) text.Append(letter);
            else if (text.Length > 0 && text[^1] != '-') text.Append('-');
        }

        return text.ToString().TrimEnd('-');
    }
}
