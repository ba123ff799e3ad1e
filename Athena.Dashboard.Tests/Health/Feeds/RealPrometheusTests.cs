using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Feeds;

/// <summary>The product beside a real Prometheus that scrapes an application, goes away and comes back.</summary>
public sealed class RealPrometheusTests
{
    private const string Labels = """{flag="database-views-v2",arm="exposed"}""";

    [Fact]
    public async Task Counts_survive_a_reset_of_the_application_and_an_outage_decides_nothing()
    {
        using var application = new ScrapedApplication();
        application.Count("shop_requests_total" + Labels, 0);
        application.Count("""shop_duration_seconds_bucket{flag="database-views-v2",arm="exposed",le="0.1"}""", 0);
        application.Count("""shop_duration_seconds_bucket{flag="database-views-v2",arm="exposed",le="+Inf"}""", 0);
        application.Count("shop_duration_seconds_sum" + Labels, 0);
        using var prometheus = new PrometheusServer(application.Address);
        await prometheus.StartAsync();
        await using var server = await AthenaServer.StartAsync(configure: builder =>
        {
            builder.Services.AddSingleton<IRolloutDirectory>(new OneRollout());
            foreach (var (name, value) in Settings(prometheus.Address)) builder.Configuration["Athena:Prometheus:Sources:0:" + name] = value;
        });
        await Wait.UntilAsync(() => Counted(server) is not null);

        application.Count("shop_requests_total" + Labels, 200);
        application.Count("""shop_errors_total{flag="database-views-v2",arm="exposed",code="500"}""", 3);
        application.Count("""shop_errors_total{flag="database-views-v2",arm="exposed",code="503"}""", 4);
        application.Count("""shop_duration_seconds_bucket{flag="database-views-v2",arm="exposed",le="0.1"}""", 150);
        application.Count("""shop_duration_seconds_bucket{flag="database-views-v2",arm="exposed",le="+Inf"}""", 200);
        application.Count("shop_duration_seconds_sum" + Labels, 30);
        await Wait.UntilAsync(() => Counted(server) is { } tally && tally[CountSlot.Requests] == 200 && tally[CountSlot.Errors] == 7);
        var counted = Counted(server)!;
        (counted[CountSlot.LatencyCount], counted[CountSlot.LatencyMicros], counted.Buckets[LatencyBounds.BucketOf(100)]).ShouldBe((200, 30_000_000, 150));

        application.Reset();
        application.Count("shop_requests_total" + Labels, 30);
        await Wait.UntilAsync(() => Counted(server)![CountSlot.Requests] == 230);
        Counted(server)![CountSlot.Errors].ShouldBe(7);

        prometheus.Kill();
        var viewer = await server.ClientAsync(Role.Viewer);
        await Wait.UntilAsync(async () => await StateAsync(viewer) == "down");
        await Wait.UntilAsync(() => Look(server).Cause == UndecidedCause.SourceDown);
        Look(server).Verdict.ShouldBe(Verdict.Undecided);

        await prometheus.StartAsync();
        var before = server.Get<HealthMeters>().Find(Rollout.RolloutId)!.Freshness(TimeProvider.System.GetUtcNow()).LastBatchAt;
        await Wait.UntilAsync(async () => await StateAsync(viewer) == "answering" && server.Get<HealthMeters>().Find(Rollout.RolloutId)!.Freshness(TimeProvider.System.GetUtcNow()).LastBatchAt > before);
        application.Count("shop_requests_total" + Labels, 50);
        await Wait.UntilAsync(() => Counted(server)![CountSlot.Requests] == 280);
        Look(server).Verdict.ShouldNotBe(Verdict.Bad);
    }

    private static Dictionary<string, string> Settings(Uri prometheus) => new()
    {
        ["Name"] = "shop",
        ["Url"] = prometheus.ToString(),
        ["IntervalSeconds"] = "0.3",
        // Sixty times the real distance: a busy machine scrapes late, and what rose in a gap would never be counted.
        ["ScrapeSeconds"] = "30",
        ["Counts:requests:Select"] = """shop_requests_total{job="shop"}""",
        ["Counts:errors:Select"] = "shop_errors_total",
        ["Counts:errors:SumOver"] = "code",
        ["Histogram"] = "shop_duration_seconds",
    };

    private static Tally? Counted(AthenaServer server)
    {
        if (server.Get<HealthMeters>().Find(Rollout.RolloutId) is not { } meter) return null;
        lock (meter.Gate)
        {
            var now = TimeProvider.System.GetUtcNow();
            return meter.Measure(now.AddMinutes(-10), now, now).Exposed;
        }
    }

    private static RuleVerdict Look(AthenaServer server)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rule = Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(5));
        return server.Get<IHealthJudge>().Judge(new HealthScope(Rollout.RolloutId, now.AddHours(-1), TimeSpan.FromMilliseconds(20)), ImmutableArray.Create(rule), now)[0];
    }

    private static async Task<string?> StateAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/health/sources"))[0].GetProperty("state").GetString();
}
