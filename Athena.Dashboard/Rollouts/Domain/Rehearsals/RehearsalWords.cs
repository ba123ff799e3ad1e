using System.Collections.Immutable;
using System.Globalization;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What a rehearsal found, in sentences.</summary>
public static class RehearsalWords
{
    /// <summary>Of healthy runs; what the process's error budget allows a rollout.</summary>
    private const double Tolerable = 0.01;

    /// <summary>A guard that has seen less of the control than some minutes takes a jump for a burst.</summary>
    private const double BurstSeconds = 300;

    private const string Likely = "errors3";
    private const string Grave = "errors5";

    public static string Summary(RehearsalResult result)
    {
        if (result.Runs == 0) return "There was no time for a single run from the start to 100 %.";
        var sentences = new List<string> { Healthy(result) };
        if (result.Steps.Where(step => step.Stuck * 2 > step.Reached && step.Reached > 0).ToList() is [var stuck, ..] all)
            sentences.Add($"{Joined(all.Select(step => Capital(step.Name)))} {(all.Count == 1 ? "does" : "do")} not end by {(all.Count == 1 ? "itself" : "themselves")}{Because(stuck)}.");
        sentences.AddRange(Found(result));
        return string.Join(' ', sentences);
    }

    public static ImmutableArray<RehearsalWarning> Warnings(RehearsalResult result) =>
    [
        .. result.Fired.Where(fired => fired.Runs > Tolerable * result.Runs).Select(fired => Fires(fired, result.Runs)),
        .. result.Steps.Where(step => step.Undecided > 0 && step.Undecided > Tolerable * step.Reached).Select(Waits),
        .. result.Harms.Where(harm => harm.Harm == Grave && harm.Found + harm.Asked < harm.Runs / 2.0).Select(harm => Blind(harm, result.Steps[harm.Step])),
    ];

    /// <summary><c>0 % to 1.9 %</c>, or <c>at most 1.9 %</c>.</summary>
    public static string Interval(Share share) =>
        share.Count == 0 ? $"at most {Percent(share.To)}"
        : share.Count == share.Of ? $"at least {Percent(share.From)}"
        : $"{Percent(share.From)} to {Percent(share.To)}";

    public static string Percent(double part) => (part * 100).ToString(part is > 0 and < 0.1 ? "0.0" : "0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Minutes, hours or days, rounded as people say them.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 90 => $"{Number(seconds, "0")} s",
        < 90 * 60 => $"{Number(seconds / 60, "0")} min",
        < 48 * 3600 => $"{Number(seconds / 3600, "0.#")} h",
        _ => $"{Number(seconds / 86400, "0.#")} d",
    };

    /// <summary>Two figures: what was drawn by chance has no more.</summary>
    public static string About(double count)
    {
        if (count < 100) return Number(count, "0");
        var unit = Math.Pow(10, Math.Floor(Math.Log10(count)) - 1);
        return Number(Math.Round(count / unit) * unit, "#,0");
    }

    public static string Lack(Lacking lacking)
    {
        if (!lacking.NotReported.IsEmpty) return $"{lacking.Rule} has nothing to go by, nobody reports {Joined(lacking.NotReported)}";
        if (lacking.More is not { } more) return $"{lacking.Rule} is {lacking.Why}";
        return $"{lacking.Rule} lacks about {About(more)} more samples{(lacking.MoreSeconds is { } time ? $", some {Time(time)} at this traffic" : "")}";
    }

    private static string Healthy(RehearsalResult result)
    {
        var share = result.RolledBack;
        var most = result.Fired.FirstOrDefault(fired => fired.RollsBack);
        return $"Of {Number(result.Runs, "#,0")} healthy runs {Number(share.Count, "#,0")} {(share.Count == 1 ? "was" : "were")} rolled back (95 %: {Interval(share)})"
            + (most is null ? "." : $", most by {most.Rule} in {most.Step}.");
    }

    private static IEnumerable<string> Found(RehearsalResult result)
    {
        var harms = result.Harms.Where(harm => harm.Harm == Likely).ToList();
        if (harms.FirstOrDefault(harm => harm.MedianSeconds is not null) is { } first)
        {
            yield return $"{first.Title} in {first.StepName} are found in a median of {Time(first.MedianSeconds!.Value)}"
                + (first.P90Seconds is { } late ? $" (nine in ten: {Time(late)})." : ".");
        }

        var blind = harms.Where(harm => harm.MedianSeconds is null).ToList();
        if (blind.Count > 0)
        {
            yield return $"{(blind.Count == harms.Count ? harms[0].Title : "They")} are not found in {Joined(blind.Select(harm => $"{Number(harm.Runs - harm.Found, "0")} of {Number(harm.Runs, "0")} runs of {harm.StepName}"))}.";
        }
    }

    private static RehearsalWarning Fires(RuleFired fired, int runs) => new(
        fired.RollsBack,
        $"{fired.Rule} ({fired.List}) {(fired.RollsBack ? "takes back" : "stops")} {Number(fired.Runs, "#,0")} of {Number(runs, "#,0")} healthy runs in {fired.Step}.",
        "Move its threshold away from what is normal, or let it wait for more requests with minimum_sample.");

    private static RehearsalWarning Waits(StepOutlook step)
    {
        var isStuck = step.Stuck * 2 > step.Undecided;
        var change = step.Lacks.FirstOrDefault() switch
        {
            { NotReported.IsEmpty: false } => "Let the application report it, or take the criterion out of the stage.",
            { MoreSeconds: { } more } => $"Make the stage some {Time(more)} longer, expose more users, or lower the criterion's minimum_sample.",
            { More: not null } => "Widen the criterion's window, expose more users, or lower its minimum_sample.",
            _ => "Look at whether the criterion fits what is normal.",
        };
        return new RehearsalWarning(
            isStuck,
            $"{Capital(step.Name)} {(isStuck ? "does not end by itself" : "takes longer than planned")} in {Number(step.Undecided, "#,0")} of {Number(step.Reached, "#,0")} runs{Because(step)}.",
            change);
    }

    private static RehearsalWarning Blind(HarmOutlook harm, StepOutlook step) => new(
        false,
        $"{harm.Title} in {harm.StepName} {(harm.WentOn > harm.Runs / 2 ? "go unseen into the next stage" : "stay unseen")} in {Number(harm.Runs - harm.Found - harm.Asked, "0")} of {Number(harm.Runs, "0")} runs.",
        step.IsCompared && step.Seconds < BurstSeconds ? $"{Time(step.Seconds)} are too short to tell harm from a burst: make the stage longer."
        : step.IsCompared ? $"{About(step.Requests)} exposed requests a minute are too few to tell: expose more users, or make the stage longer."
        : step.Percent >= 100 ? "At 100 % nobody is left to compare with, and the limits allow it: stay longer at the stage before, or tighten the limits."
        : "With an audience nothing is compared with the control, and the limits allow it: tighten them, or expose by percentage alone.");

    private static string Because(StepOutlook step) => !step.Lacks.IsEmpty ? $": {Lack(step.Lacks[0])}" : step.HeldBy is { } held ? $" ({held.TrimEnd('.')})" : "";

    private static string Joined(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : string.Join(", ", all[..^1]) + " and " + all[^1];
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
