using System.Globalization;
using System.Text;

namespace Athena.Dashboard.Benchmarks.Evidence;

/// <summary>The page docs/evidence.md.</summary>
internal sealed class EvidencePage(List<Measured> healthy, List<Measured> shared, List<Measured> broken, List<Goal> goals, int seed)
{
    private readonly StringBuilder page = new();

    public string Write()
    {
        Line($"""
            # How often an automatic rollback is wrong, and how soon it is right

            This page is generated; do not edit it. It is made by

            ```bash
            dotnet run -c Release --project Athena.Dashboard.Benchmarks -- evidence
            ```

            from the product's own code (`Athena.Dashboard/Health/Domain/Evidence`) with the seed {seed}; the same command gives
            the same page. Every rule sees the same histories, once a minute: 6,000 requests a minute in both arms together
            unless it says otherwise, a true error rate of {Scenario.Healthy:0%}, and an hour of the control known from before the
            rollout unless it says "no hour before". Scenarios without effect run 24 hours, 1,000 times (so a figure of 1 % is
            known to about ±0.6 %); broken ones 200 times, after seven healthy days 100 times, and break at any minute of an hour.
            Bursts multiply each arm's error rate by a log-normal factor of its own, anew every minute.

            ## Goals and what was reached
            """);
        Line("| goal | reached | |");
        Line("| --- | --- | --- |");
        foreach (var goal in goals) Line($"| {goal.Text} | {goal.Reached} | {(goal.IsReached ? "yes" : "**no**")} |");
        Line("""

            What the sequential guard does not win: bursts with a coefficient of variation of 1 and bursts of ten minutes roll back
            more than 1 % (an hour of the control has only six of those to measure them by, and log-normal factors have a heavier
            upper end than the guard reckons with); a
            doubled error rate at small shares takes hours; and harm that is gross is found by a plain threshold as soon or sooner,
            which is why the process keeps its window rules beside the guard. Harm at a 1 % canary after seven healthy days
            has to be told from some 10,000 other minutes in which it might have begun: log(10,000/15) for the minute and log(100)
            for alpha, at 0.78 a minute, are 14 minutes even for a rule that knows the size of the harm beforehand.

            ## The rules
            """);
        Line("| name | what it does |");
        Line("| --- | --- |");
        foreach (var (name, does, _) in SimulatedRule.All) Line($"| {name} | {does} |");
        Line("");
        Line("## Rollouts without any effect that are rolled back within a day");
        Table(healthy, figures => Share(figures.False));
        Line("## Rolled back for an incident that both arms share");
        Line("Both arms fail ten times as often for half an hour, twelve hours after the start; what a rule rolled back before is in the figure.");
        Line("");
        Table(shared, figures => Share(figures.False));
        Line("## How soon harm is found");
        Line("Median minutes until it is rolled back, and in parentheses the 90th percentile; – where fewer than half were found within a day. Runs that were rolled back before anything broke are left out; where there were any, their share follows.");
        Line("");
        Table(broken, Delay);
        return page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private void Table(List<Measured> rows, Func<Figures, string> cell)
    {
        Line("| scenario | " + string.Join(" | ", SimulatedRule.All.Select(rule => rule.Name)) + " |");
        Line("| --- |" + string.Concat(SimulatedRule.All.Select(_ => " ---: |")));
        foreach (var row in rows) Line($"| {row.Scenario.Name} | {string.Join(" | ", row.Rules.Select(cell))} |");
        Line("");
    }

    private static string Share(double share) => share.ToString(share is > 0 and < 0.1 ? "0.0%" : "0%", CultureInfo.InvariantCulture);

    private static string Delay(Figures figures) =>
        figures.False >= 1 ? "all before"
        : (double.IsInfinity(figures.Median) ? "–" : $"{figures.Median:0} ({(double.IsInfinity(figures.Quantile(0.9)) ? "–" : $"{figures.Quantile(0.9):0}")})")
            + (figures.False > 0 ? $", {Share(figures.False)} before" : "");

    private void Line(string text) => page.Append(text).Append('\n');
}
