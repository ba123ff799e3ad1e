using System.Globalization;
using System.Text;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Benchmarks.Evidence;

/// <summary>
/// How often rules roll back what is healthy and how soon they find what is not, simulated with fixed seeds, written to
/// docs/evidence.md. Ends with 1 when a goal is missed.
/// </summary>
internal static class EvidenceTable
{
    private const int Seed = 20261122;

    public static int Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var began = TimeProvider.System.GetTimestamp();
        var healthy = Measure("no effect", Scenario.WithoutEffect());
        var shared = Measure("shared incident", Scenario.Shared());
        var broken = Measure("effect", Scenario.WithEffect());
        var goals = Goals(healthy, shared, broken).ToList();
        var page = new EvidencePage(healthy, shared, broken, goals, Seed).Write();
        var path = Path.Combine(Root(), "docs", "evidence.md");
        File.WriteAllText(path, page, new UTF8Encoding(false));
        foreach (var goal in goals) Console.WriteLine($"{(goal.IsReached ? "reached" : "MISSED ")}  {goal.Text}: {goal.Reached}");
        Console.WriteLine($"written to {Path.GetRelativePath(Root(), path)} after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        return goals.TrueForAll(goal => goal.IsReached) ? 0 : 1;
    }

    private static List<Measured> Measure(string what, IEnumerable<Scenario> scenarios)
    {
        var all = scenarios.ToList();
        var measured = new List<Measured>();
        foreach (var scenario in all)
        {
            measured.Add(new Measured(scenario, Simulate(scenario, Seed)));
            Console.Error.WriteLine($"{what}: {measured.Count} of {all.Count}, {scenario.Name}");
        }

        return measured;
    }

    /// <summary>Every rule sees the same histories.</summary>
    internal static Figures[] Simulate(Scenario scenario, int seed)
    {
        var rules = SimulatedRule.All;
        var figures = Enumerable.Range(0, rules.Length).Select(_ => new Figures(scenario.Runs)).ToArray();
        for (var number = 0; number < scenario.Runs; number++)
        {
            var run = scenario.Begin(new Draws(seed + (number * 7919)));
            var alive = rules.Select(rule => rule.Make()).ToArray<SimulatedRule?>();
            for (var minute = scenario.IsUnknown ? 0 : -60; minute < 0; minute++)
            {
                var before = run.Next(minute);
                foreach (var rule in alive) rule!.Remember(before);
            }

            var left = alive.Length;
            for (var minute = 0; minute < run.Minutes && left > 0; minute++)
            {
                var counts = run.Next(minute);
                for (var i = 0; i < alive.Length; i++)
                {
                    if (alive[i] is not { } rule) continue;
                    if (scenario.StageBegins(minute)) rule.BeginStage();
                    if (!rule.RollsBack(counts, minute)) continue;
                    figures[i].Fired(minute + 1 - run.BreaksAt, scenario.Rate is not null);
                    alive[i] = null;
                    left--;
                }
            }
        }

        return figures;
    }

    private static IEnumerable<Goal> Goals(List<Measured> healthy, List<Measured> shared, List<Measured> broken)
    {
        var worst = healthy.Where(one => one.Scenario.Variation <= 0.5 && one.Scenario.BurstMinutes == 1).MaxBy(one => one.Guard.False)!;
        yield return new Goal("False rollbacks at most 1 % in every scenario without effect, up to cv 0.5", worst.Guard.False <= 0.01, $"at most {worst.Guard.False:0.0%} ({worst.Scenario.Name})");
        var incident = shared.MaxBy(one => one.Guard.False)!;
        yield return new Goal("Shared incidents roll back at most 2 %", incident.Guard.False <= 0.02, $"at most {incident.Guard.False:0.0%}");
        foreach (var (share, limit) in ((double, int)[])[(0.01, 15), (0.1, 5)])
        {
            foreach (var one in broken.Where(one => one.Scenario is { Rate: 0.03, Variation: 0, IsUnknown: false } && one.Scenario.Share.Equals(share)))
                yield return new Goal($"{one.Scenario.Name} found in a median of {limit} minutes", one.Guard.Median <= limit, $"{one.Guard.Median:0}");
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Athena.Dashboard.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run it inside the repository.");
        return folder;
    }
}

/// <summary>What one rule did in all runs of a scenario.</summary>
internal sealed class Figures(int runs)
{
    private readonly List<int> delays = [];
    private int wrong;

    /// <summary>Share of the runs that were rolled back though nothing was broken, or before it was.</summary>
    public double False => (double)wrong / runs;

    /// <summary>Share of the runs in which what broke was found within a day.</summary>
    public double Found => (double)delays.Count / runs;

    /// <summary>Minutes until half of the runs were rolled back; infinite when fewer were found.</summary>
    public double Median => Quantile(0.5);

    public double Quantile(double part)
    {
        var rank = (int)Math.Ceiling(part * (runs - wrong)) - 1;
        if (rank < 0 || rank >= delays.Count) return double.PositiveInfinity;
        delays.Sort();
        return delays[rank];
    }

    public void Fired(int delay, bool isBroken)
    {
        if (isBroken && delay > 0) delays.Add(delay);
        else wrong++;
    }
}

internal sealed record Measured(Scenario Scenario, Figures[] Rules)
{
    public Figures Guard => Rules[0];
}

internal sealed record Goal(string Text, bool IsReached, string Reached);
