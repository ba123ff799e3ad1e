using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>What runs beside the requests: taking over what others changed, and following schedules.</summary>
public sealed class FlagNodeTests
{
    [Fact]
    public async Task A_change_on_one_node_is_answered_by_the_other()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var one = new FlagServer(await AthenaServer.StartAsync(database));
        await using var other = new FlagServer(await AthenaServer.StartAsync(database));
        await one.GivenAsync(Key);
        using var client = await other.ClientAsync();
        await Wait.UntilAsync(async () => (await PostAsync(client, $"{All}/{Key}", "{}")).Body.Contains("\"value\":true", StringComparison.Ordinal));
        await one.GivenAsync(Key, on: false);
        await Wait.UntilAsync(async () => (await PostAsync(client, $"{All}/{Key}", "{}")).Body.Contains("\"value\":false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_schedule_is_followed_when_its_time_comes_and_after_a_stop()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeClock(Now);
        await using (var server = new FlagServer(await AthenaServer.StartAsync(database, clock)))
        {
            await server.GivenAsync(
                Key,
                new FlagSettings([], Percentage.Hundred, [], EnableAt: Now.AddMinutes(10), DisableAt: Now.AddHours(4)),
                on: false);
            using var client = await server.ClientAsync();
            (await PostAsync(client, $"{All}/{Key}", "{}")).Json.GetProperty("value").GetBoolean().ShouldBeFalse();
            await Wait.UntilAsync(async () =>
            {
                // The worker looks once a second of this clock; it stands still while the worker reads.
                clock.Advance(clock.GetUtcNow() < Now.AddMinutes(10) ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(1));
                return (await PostAsync(client, $"{All}/{Key}", "{}")).Json.GetProperty("value").GetBoolean();
            });
        }

        clock.Advance(TimeSpan.FromHours(5));
        await using var again = new FlagServer(await AthenaServer.StartAsync(database, clock));
        await Wait.UntilAsync(async () => (await again.Server.Get<FlagQueries>().FindViewAsync(Key, CancellationToken.None))!.In("production") is { Enabled: false, DisableAt: null });
    }
}
