using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class SupplyTests
{
    private static readonly string[] Asked = ["error_rate", "crash_rate", "response_time", "response_time_p95", "user_feedback_score", "performance_degradation", "critical_errors", "checkout_failure_rate"];

    [Fact]
    public async Task What_nobody_reported_in_the_environment_within_a_week_is_said_for_each_metric()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite);
        Lacking(world).Count.ShouldBe(Asked.Length, "nobody reported at all");

        // Requests, errors and response times with buckets.
        await world.ReportAsync("b1", 100, errors: 0);
        Lacking(world).ShouldBe(
        [
            "crash_rate lacks crashes, told", "user_feedback_score lacks scores", "critical_errors lacks critical_errors, told", "checkout_failure_rate lacks checkouts",
        ]);
        await world.Writer.FlushAsync();
        using var restarted = await world.RestartedAsync();
        Lacking(restarted).ShouldBe(Lacking(world), "that no error was reported is kept");
        world.Judge.Unsupplied("staging", ["error_rate"], Catalogue, world.Now).ShouldHaveSingleItem();

        world.Clock.Advance(TimeSpan.FromDays(8));
        Lacking(world).Count.ShouldBe(Asked.Length, "it is too long ago");
    }

    private static List<string> Lacking(HealthWorld world) =>
        [.. world.Judge.Unsupplied("production", Asked, Catalogue, world.Now).Select(metric => $"{metric.Metric} lacks {string.Join(", ", metric.Counts)}{(metric.IsTold ? ", told" : "")}")];
}
