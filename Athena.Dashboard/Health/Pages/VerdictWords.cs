using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Health.Pages;

/// <summary>Verdicts and their causes as words and shapes.</summary>
public static class VerdictWords
{
    public static StateKind Kind(Verdict verdict) => verdict switch
    {
        Verdict.Good => StateKind.Good,
        Verdict.Bad => StateKind.Harm,
        _ => StateKind.Hold,
    };

    public static string Word(Verdict verdict, UndecidedCause? cause) => cause switch
    {
        null => verdict.ToString(),
        UndecidedCause.TooLittleData => "Too little data",
        UndecidedCause.Stale => "Stale",
        UndecidedCause.SourceDown => "Nobody reports",
        UndecidedCause.Ambiguous => "Unconfirmed",
        UndecidedCause.NotANumber => "Not a number",
        UndecidedCause.NotReported => "Not reported",
        UndecidedCause.NothingToCompare => "Nothing to compare",
        UndecidedCause.SeveralSeries => "Several series",
        _ => "Undecided",
    };
}
