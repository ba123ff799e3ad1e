using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A real process whose clock is wrong by an hour for a while, as after a machine has slept or its battery was dead.</summary>
public sealed class ClockTests(Surroundings surroundings) : Journey(surroundings)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FalseClock clock = new();

    [Fact]
    public async Task A_clock_that_is_an_hour_ahead_for_a_while_holds_a_rollout_and_decides_nothing()
    {
        var id = await World.PlanAsync(Plans.HourlyBeta);
        await World.PrepareAsync();
        using var service = new Api(World.Server.Address, await World.CreateServiceKeyAsync());
        await World.TransitionAsync("rollingOut");
        var began = TimeProvider.System.GetTimestamp();
        await using var application = new Application(service, id);
        await CountsAsync(id, more: 0);

        // The server's clock alone: what is reported is an hour old to it, and no news.
        clock.Set(Hour);
        await Eventually.TrueAsync(() => Task.FromResult(application.LastStatus == 400), "reports are refused as too old");
        (await Rollouts.ReachAsync(World, id, "held"))["cause"]!.GetValue<string>().ShouldBe("stale");

        // The whole machine's: its own applications report with the same time.
        application.Ahead = Hour;
        await CountsAsync(id, more: 1);
        application.IsSilent = true;
        clock.Set(TimeSpan.Zero);
        (await Rollouts.ReachAsync(World, id, "held"))["cause"]!.GetValue<string>().ShouldBe("stale", "reports from a time to come say nothing of now");

        application.Ahead = TimeSpan.Zero;
        application.IsSilent = false;
        var counted = await CountsAsync(id, more: 1);
        counted.ShouldBeLessThan(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        (await DecisionsAsync(id, "rolledBack")).ShouldBe(0);

        application.Errors = 500;
        await Rollouts.ReachAsync(World, id, "rolledBack");
        (await DecisionsAsync(id, "rolledBack")).ShouldBe(1);
        (await DecisionsAsync(id, "advanced")).ShouldBe(1, "from alpha to beta");
        var view = await World.RolloutAsync(id);
        view["journal"]!.AsArray().Count(entry => entry!["title"]!.GetValue<string>().StartsWith("Take the flag", StringComparison.Ordinal)).ShouldBe(1);
        await Eventually.TrueAsync(async () => (await World.Api.GetAsync("/api/recovery")).AsArray().Count == 1, "one procedure is opened");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        clock.Dispose();
    }

    protected override Task<World> BeginAsync(Surroundings around) => World.BeginAsync(around, clock.Environment);

    /// <summary>Waits until the beta stage has gained this much observed healthy time.</summary>
    private async Task<double> CountsAsync(Guid id, double more)
    {
        double? before = null;
        var counted = 0.0;
        await Eventually.TrueAsync(
            async () =>
            {
                var rollout = await Rollouts.ReadAsync(World, id);
                if (Rollouts.Stage(rollout) != "beta" || rollout["state"]!.GetValue<string>() != "running") return false;
                counted = Rollouts.Counted(rollout);
                before ??= counted;
                return counted > before + more;
            },
            "time is counted in beta",
            TimeSpan.FromMinutes(1));
        return counted;
    }

    private async Task<int> DecisionsAsync(Guid id, string kind) =>
        (await World.Api.GetAsync($"/api/rollouts/{id}/decisions")).AsArray().Count(decision => decision!["kind"]!.GetValue<string>() == kind);

    /// <summary>Reports all the time, with a clock of its own.</summary>
    private sealed class Application : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly Task reporting;

        public Application(Api service, Guid rollout) => reporting = ReportAsync(service, rollout);

        public TimeSpan Ahead { get; set; }

        public int Errors { get; set; }

        public bool IsSilent { get; set; }

        public int LastStatus { get; private set; }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await reporting;
            stopping.Dispose();
        }

        private async Task ReportAsync(Api service, Guid rollout)
        {
            var from = TimeProvider.System.GetUtcNow();
            for (var number = 0; !stopping.IsCancellationRequested; number++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, CancellationToken.None);
                var to = TimeProvider.System.GetUtcNow();
                if (!IsSilent)
                {
                    LastStatus = (await service.AskAsync(HttpMethod.Post, "/health/v1/batches", new JsonObject
                    {
                        ["batchId"] = FormattableString.Invariant($"batch-{number}"),
                        ["instance"] = "web-1",
                        ["from"] = from + Ahead,
                        ["to"] = to + Ahead,
                        ["rolloutId"] = rollout,
                        ["arms"] = new JsonObject
                        {
                            ["exposed"] = new JsonObject { ["requests"] = 1000, ["errors"] = Errors },
                            ["control"] = new JsonObject { ["requests"] = 9000, ["errors"] = 9 },
                        },
                    })).Status;
                }

                from = to;
            }
        }
    }
}
