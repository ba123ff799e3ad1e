using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Benchmarks.Evidence;

/// <summary>What happens minute by minute to a rollout that nobody watches but a rule.</summary>
/// <param name="Share">Exposed at the beginning.</param>
/// <param name="Rate">The exposed arm's error rate once it is broken; null for a rollout without any effect.</param>
internal sealed record Scenario(string Name, double Share, double? Rate = null)
{
    public const double Healthy = 0.01;
    public const int Day = 24 * 60;

    /// <summary>Requests of both arms per minute.</summary>
    public double Traffic { get; init; } = 6000;

    /// <summary>Healthy minutes before it breaks; then it breaks within an hour, at any minute of it.</summary>
    public int HealthyMinutes { get; init; }

    /// <summary>Coefficient of variation of each arm's own error rate.</summary>
    public double Variation { get; init; }

    /// <summary>Minutes that one burst lasts.</summary>
    public int BurstMinutes { get; init; } = 1;

    public bool HasDayAndNight { get; init; }

    /// <summary>Both arms fail ten times as often for half an hour.</summary>
    public bool HasIncident { get; init; }

    /// <summary>1, 10, 50 % for eight hours each.</summary>
    public bool IsRamp { get; init; }

    /// <summary>Nobody reports for two hours; later the control's reports are missing for half an hour.</summary>
    public bool HasOutage { get; init; }

    /// <summary>No hour of the control is known from before the rollout.</summary>
    public bool IsUnknown { get; init; }

    public int Runs => Rate is null ? 1000 : HealthyMinutes > Day ? 100 : 200;

    public bool StageBegins(int minute) => IsRamp && minute is 480 or 960;

    public Run Begin(Draws draws) => new(this, draws);

    /// <summary>One history.</summary>
    internal sealed class Run(Scenario scenario, Draws draws)
    {
        private (double Exposed, double Control) burst = (1, 1);

        public int BreaksAt { get; } = scenario.HealthyMinutes + (scenario.HealthyMinutes > 0 ? draws.Below(60) : 0);

        public int Minutes => scenario.Rate is null ? Day : BreaksAt + Day;

        public ArmCounts Next(int minute)
        {
            var ofDay = Math.Sin(2 * Math.PI * minute / Day);
            var share = minute < 0 ? 0 : !scenario.IsRamp || minute < 480 ? scenario.Share : minute < 960 ? 0.1 : 0.5;
            var traffic = scenario.Traffic * (scenario.HasDayAndNight ? 1 + (0.8 * ofDay) : 1);
            var rate = Healthy * (scenario.HasDayAndNight ? 1 - (0.5 * ofDay) : 1) * (scenario.HasIncident && minute is >= 720 and < 750 ? 10 : 1);
            if (minute % scenario.BurstMinutes == 0) burst = (draws.Burst(scenario.Variation), draws.Burst(scenario.Variation));
            var broken = minute >= BreaksAt && scenario.Rate is { } now ? now : rate;
            var (exposed, control) = (Requests(traffic * share), Requests(traffic * (1 - share)));
            var (failed, controlFailed) = (Errors(exposed, broken * burst.Exposed), Errors(control, rate * burst.Control));
            return scenario.HasOutage && minute is >= 300 and < 420 ? default
                : scenario.HasOutage && minute is >= 800 and < 830 ? new ArmCounts(exposed, failed, 0, 0)
                : new ArmCounts(exposed, failed, control, controlFailed);
        }

        // How many requests come matters where they are few; where they are many it is how many fail.
        private long Requests(double mean) => mean < 100 ? draws.Poisson(mean) : (long)Math.Round(mean);

        private long Errors(long requests, double rate) =>
            requests < 100 || rate > 0.2 ? draws.Binomial(requests, Math.Min(1, rate)) : Math.Min(requests, draws.Poisson(requests * rate));
    }

    public static IEnumerable<Scenario> WithoutEffect()
    {
        double[] shares = [0.001, 0.01, 0.1, 0.5];
        foreach (var share in shares) yield return new Scenario($"healthy, {share:0.#%}", share);
        foreach (var share in shares) yield return new Scenario($"sparse (6 requests/min), {share:0.#%}", share) { Traffic = 6 };
        foreach (var variation in (double[])[0.3, 0.5, 1])
        {
            foreach (var share in shares[1..]) yield return new Scenario($"bursts, cv {variation:0.0}, {share:0.#%}", share) { Variation = variation };
        }

        foreach (var share in shares[1..]) yield return new Scenario($"bursts, cv 0.5, no hour before, {share:0.#%}", share) { Variation = 0.5, IsUnknown = true };
        foreach (var share in shares[1..3]) yield return new Scenario($"day and night, {share:0.#%}", share) { HasDayAndNight = true };
        yield return new Scenario("ramp 1, 10, 50 %", 0.01) { IsRamp = true };
        yield return new Scenario("ramp 1, 10, 50 %, bursts, cv 0.5", 0.01) { IsRamp = true, Variation = 0.5 };
        yield return new Scenario("outage of the reports, 10 %", 0.1) { HasOutage = true };
        foreach (var share in shares[1..]) yield return new Scenario($"bursts of ten minutes, cv 0.5, {share:0.#%}", share) { Variation = 0.5, BurstMinutes = 10 };
    }

    public static IEnumerable<Scenario> Shared() =>
        ((double[])[0.001, 0.01, 0.1, 0.5]).Select(share => new Scenario($"{share:0.#%}", share) { HasIncident = true });

    public static IEnumerable<Scenario> WithEffect()
    {
        foreach (var share in (double[])[0.001, 0.01, 0.1, 0.5])
        {
            foreach (var rate in (double[])[0.02, 0.03, 0.05, 0.1, 0.2, 0.5]) yield return new Scenario($"{rate:0%} at {share:0.#%}", share, rate);
        }

        foreach (var share in (double[])[0.01, 0.1, 0.5])
        {
            yield return new Scenario($"3% at {share:0.#%}, no hour before", share, 0.03) { IsUnknown = true };
            yield return new Scenario($"3% at {share:0.#%}, bursts, cv 0.5", share, 0.03) { Variation = 0.5 };
            yield return new Scenario($"3% at {share:0.#%} after a healthy day", share, 0.03) { HealthyMinutes = Day };
            yield return new Scenario($"3% at {share:0.#%} after 7 healthy days", share, 0.03) { HealthyMinutes = 7 * Day };
        }
    }
}
