using System.Globalization;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>How rehearsals are told to people.</summary>
public static class RehearsalPhrases
{
    /// <summary>Against what.</summary>
    public static string Tried(Rehearsal rehearsal) => rehearsal.Wish.Data switch
    {
        RehearsalData.Recorded => "Tried against recorded traffic, its hours drawn again and again.",
        RehearsalData.Played => "An earlier rollout, played through this plan.",
        _ => $"Tried against simulated traffic: {Figures(rehearsal.Wish.Figures)}.",
    };

    public static string Figures(RehearsalFigures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{figures.RequestsPerMinute:#,0.##} requests a minute, {figures.ErrorRate * 100:0.####} % errors, {figures.ResponseTime:#,0.#} ms{(figures.DayAndNight ? ", day and night" : "")}");

    public static StateKind KindOf(Share share) => share.Part > 0.01 ? StateKind.Harm : StateKind.Good;

    public static string Days(double seconds) => RehearsalWords.Time(seconds);

    /// <summary>What was found of harm that begins with a step.</summary>
    public static (StateKind Kind, string Text, string Note) Told(HarmOutlook harm)
    {
        if (harm.MedianSeconds is { } median)
        {
            var late = harm.P90Seconds is { } p90 ? $"9 in 10: {RehearsalWords.Time(p90)}" : $"{harm.Found} of {harm.Runs}";
            return (StateKind.Good, RehearsalWords.Time(median), harm.Exposed is { } met ? $"{late}, {RehearsalWords.About(met)} met it" : late);
        }

        if (harm.MedianAskedSeconds is { } asked && harm.Asked > 0)
            return (StateKind.Hold, $"asks after {RehearsalWords.Time(asked)}", harm.Found > 0 ? $"rolled back in {harm.Found} of {harm.Runs}" : "not rolled back by itself");
        return (StateKind.Hold, "not found", harm.Found + harm.Asked > 0 ? $"but in {harm.Found + harm.Asked} of {harm.Runs}" : $"in {harm.Runs} runs");
    }
}
