using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>A setting as lines, so that two of them can be laid side by side.</summary>
internal static class SettingText
{
    /// <param name="exposed">Name of the variant that is served where nothing is said.</param>
    public static string Of(FlagEnvironment setting, string exposed, TimeZoneInfo zone)
    {
        var text = new StringBuilder();
        Line(text, 0, setting.Enabled ? "on" : "off");
        foreach (var wanted in setting.Prerequisites) Line(text, 0, $"needs {wanted.Flag} to serve {wanted.Variant}");
        foreach (var (rule, i) in setting.Rules.Select((rule, i) => (rule, i + 1)))
        {
            Line(text, 0, rule.Name.Length > 0 ? $"rule {i}, {rule.Name}" : $"rule {i}");
            Conditions(text, 1, rule.Conditions, "if", "everybody");
            Line(text, 1, $"then {Serving(rule.Serve)}");
        }

        Line(text, 0, setting.Rules.IsEmpty ? "everybody" : "everybody else");
        Conditions(text, 1, setting.Conditions, "if", null);
        Line(text, 1, $"{setting.Percentage} by {setting.BucketBy}");
        if (!setting.Audience.IsEmpty) Line(text, 1, $"and the cohorts {string.Join(", ", setting.Audience)}");
        Line(text, 1, $"get {(setting.Serve is { } serve ? Serving(serve) : exposed)}");
        if (!setting.Conditions.IsEmpty) Line(text, 0, $"who does not fit gets {setting.Fallback}");
        if (setting.EnableAt is { } on) Line(text, 0, $"switches on at {Moment(on, zone)}");
        if (setting.DisableAt is { } off) Line(text, 0, $"switches off at {Moment(off, zone)}");
        if (setting.RolloutId is { } rollout) Line(text, 0, $"owned by the rollout {rollout}");
        if (setting.Experiment is { } experiment) Line(text, 0, $"held by the experiment {experiment}");
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Conditions of which all have to hold.</summary>
    public static string Of(ImmutableArray<Condition> conditions)
    {
        var text = new StringBuilder();
        Conditions(text, 0, conditions, "if", "everybody");
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>What is served, in words: <c>on 25 %, off 75 % by targetingKey</c>.</summary>
    public static string Serving(Serving serving) => serving.Variant ?? serving.ToString();

    private static void Conditions(StringBuilder text, int depth, ImmutableArray<Condition> conditions, string lead, string? none)
    {
        if (conditions.IsEmpty && none is not null) Line(text, depth, none);
        foreach (var (condition, i) in conditions.Select((condition, i) => (condition, i))) Condition(text, depth, i == 0 ? lead : "and", condition, negated: false);
    }

    private static void Condition(StringBuilder text, int depth, string lead, Condition condition, bool negated)
    {
        var not = negated ? "not " : "";
        switch (condition)
        {
            case Condition.Not inner:
                Condition(text, depth, lead, inner.Condition, !negated);
                break;
            case Condition.All all:
                Group(text, depth, $"{lead} {not}all of", "and", all.Conditions);
                break;
            case Condition.Any any:
                Group(text, depth, $"{lead} {not}any of", "or", any.Conditions);
                break;
            default:
                Line(text, depth, $"{lead} {not}{condition}");
                break;
        }
    }

    private static void Group(StringBuilder text, int depth, string head, string joint, ImmutableArray<Condition> conditions)
    {
        Line(text, depth, head);
        foreach (var (inside, i) in conditions.Select((inside, i) => (inside, i))) Condition(text, depth + 1, i == 0 ? "·" : joint, inside, negated: false);
    }

    private static string Moment(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " " + zone.Id;

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');
}
