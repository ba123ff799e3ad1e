using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>What an acknowledged report is worth: in memory at once, stored within a second, and never silently lost.</summary>
public sealed class LostReportsTests(Surroundings surroundings) : Journey(surroundings)
{
    private const int PerSecond = 10;
    private DateTimeOffset began;
    private Guid rollout;

    [Fact]
    public async Task What_a_killed_server_had_acknowledged_is_stored_or_told_as_missing()
    {
        rollout = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        using var service = new Api(World.Server.Address, await World.CreateServiceKeyAsync());
        await World.TransitionAsync("rollingOut");
        await Rollouts.ReachAsync(World, rollout, "running");
        began = TimeProvider.System.GetUtcNow().AddSeconds(-5);

        for (var second = 0; second < 3; second++) await ReportAsync(service, second, second + 1);
        await Eventually.TrueAsync(async () => Requests(await SeriesAsync()) == 3 * PerSecond, "the first reports are stored");
        await ReportAsync(service, 3, 4);
        await World.Server.KillAsync();
        await World.Server.StartAgainAsync();
        var until = Math.Floor((TimeProvider.System.GetUtcNow() - began).TotalSeconds);
        await ReportAsync(service, 4, until);

        // A gap is told when it can no longer be filled.
        await Eventually.TrueAsync(
            async () =>
            {
                var series = await SeriesAsync();
                return Requests(series) + (Missing(series) * PerSecond) == until * PerSecond;
            },
            "every acknowledged request is stored, or its second is told as missing");
        await StopWhileItCannotStoreAsync(service, until);
    }

    /// <summary>SIGTERM while somebody else holds the database for longer than a command line waits for its program.</summary>
    private async Task StopWhileItCannotStoreAsync(Api service, double until)
    {
        var before = Requests(await SeriesAsync());
        var source = new SqliteConnectionStringBuilder { DataSource = Path.Combine(World.Server.Folder, "athena.db"), Pooling = false }.ToString();
        await using (var other = new SqliteConnection(source))
        {
            await other.OpenAsync();
            await using var held = await other.BeginTransactionAsync();
            await ReportAsync(service, until, until + 1);
            var stopping = World.Server.StopAsync();
            (await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System))).ShouldNotBe(stopping, "what was acknowledged is not stored yet");
            await held.RollbackAsync();
            (await stopping).ShouldBe(0);
        }

        await World.Server.StartAgainAsync();
        Requests(await SeriesAsync()).ShouldBe(before + PerSecond);
    }

    protected override Task<World> BeginAsync(Surroundings around) =>
        World.BeginAsync(around, "--Athena:Health:LatenessSeconds=10", "--Athena:Health:FlushMilliseconds=1000");

    /// <summary>Reports a stretch of time, in seconds since the beginning.</summary>
    private Task ReportAsync(Api service, double from, double to) => service.PostAsync("/health/v1/batches", new JsonObject
    {
        ["batchId"] = FormattableString.Invariant($"from-{from}"),
        ["instance"] = "web-1",
        ["from"] = began.AddSeconds(from),
        ["to"] = began.AddSeconds(to),
        ["rolloutId"] = rollout,
        ["arms"] = new JsonObject { ["exposed"] = new JsonObject { ["requests"] = (int)((to - from) * PerSecond), ["errors"] = 0 } },
    });

    private Task<JsonNode> SeriesAsync() => World.Api.GetAsync($"/api/health/rollouts/{rollout}/series");

    private static long Requests(JsonNode series) => series["points"]!.AsArray().Sum(point => point!["requests"]!.GetValue<long>());

    private static double Missing(JsonNode series) => series["gaps"]!.AsArray().Sum(gap => TimeSpan.Parse(gap!["missing"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture).TotalSeconds);
}
