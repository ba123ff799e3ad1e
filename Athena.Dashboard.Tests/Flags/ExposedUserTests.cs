using System.Collections.Immutable;
using System.Net;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>How many different users a rollout's flag was evaluated for, told by the server that evaluated it.</summary>
public sealed class ExposedUserTests
{
    private static readonly Guid RolloutId = Guid.Parse("0196a000-0000-7000-8000-000000000042");
    private static readonly Actor Engine = Actor.System("rollout engine");

    [Fact]
    public async Task Different_users_are_counted_for_each_step_and_arm_and_outlive_a_restart()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using (var server = new FlagServer(await AthenaServer.StartAsync(database)))
        {
            await server.GivenAsync(Key);
            using var client = await server.ClientAsync();
            await AskAsync(client, 0, 5);
            await server.ClaimAsync(Key, RolloutId);
            await ExposeAsync(server, 50, "team");
            await AskAsync(client, 0, 40);
            await AskAsync(client, 0, 40);
            await PostAsync(client, $"{All}/{Key}", "{}");
            await PostAsync(client, $"{All}/{Key}", """{ "context": { "targetingKey": "teammate", "cohorts": "team" } }""");
            await server.Server.Get<ExposedUserRecorder>().StoreAsync(default);

            var half = (await ListAsync(server)).Single(users => users.AreOf(Percentage.From(50), ["team"]));
            (half.Exposed + half.Control).ShouldBeInRange(40, 42);
            half.Exposed.ShouldBeInRange(10, 32);
            await ExposeAsync(server, 100, "team");
            await AskAsync(client, 0, 20);
        }

        await using var again = new FlagServer(await AthenaServer.StartAsync(database));
        using var later = await again.ClientAsync();
        await AskAsync(later, 10, 30);
        await again.Server.Get<ExposedUserRecorder>().StoreAsync(default);
        var reached = await ListAsync(again);
        reached.Select(users => users.Percentage).ShouldContain(Percentage.From(50), "what an earlier step reached is kept");
        var all = reached.Single(users => users.AreOf(Percentage.Hundred, ["team"]));
        (all.Exposed, all.Control).ShouldBe((30, 0));
    }

    [Fact]
    public async Task A_client_that_has_the_answer_already_counts_in_the_new_step_too()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = new FlagServer(await AthenaServer.StartAsync(database));
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        await server.ClaimAsync(Key, RolloutId);
        await ExposeAsync(server, 1, "team");
        const string Context = """{ "context": { "targetingKey": "teammate", "cohorts": "team" } }""";
        var tag = (await PostAsync(client, All, Context)).Tag;
        await ExposeAsync(server, 10, "team");
        (await PostAsync(client, All, Context, tag)).Status.ShouldBe(HttpStatusCode.NotModified);
        await server.Server.Get<ExposedUserRecorder>().StoreAsync(default);
        (await ListAsync(server)).Select(users => (users.Percentage.ToString(), users.Exposed)).ShouldBe([("1 %", 1), ("10 %", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task Two_nodes_count_a_user_of_both_once()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var one = new FlagServer(await AthenaServer.StartAsync(database));
        await using var other = new FlagServer(await AthenaServer.StartAsync(database));
        await one.GivenAsync(Key);
        await one.ClaimAsync(Key, RolloutId);
        await ExposeAsync(one, 100);
        using var first = await one.ClientAsync();
        using var second = await other.ClientAsync();
        // It hears of the claim and of the exposure one after the other.
        await Wait.UntilAsync(async () =>
        {
            var body = (await PostAsync(second, $"{All}/{Key}", "{}")).Body;
            return body.Contains(RolloutId.ToString(), StringComparison.Ordinal) && body.Contains("\"value\":true", StringComparison.Ordinal);
        });
        await Task.WhenAll(AskAsync(first, 0, 60), AskAsync(second, 40, 100));
        await Task.WhenAll(one.Server.Get<ExposedUserRecorder>().StoreAsync(default), other.Server.Get<ExposedUserRecorder>().StoreAsync(default));
        foreach (var node in (FlagServer[])[one, other]) (await ListAsync(node)).Single(users => users.Percentage == Percentage.Hundred).Exposed.ShouldBeInRange(98, 102);
    }

    private static async Task AskAsync(HttpClient client, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var context = FormattableString.Invariant($$"""{ "context": { "targetingKey": "user-{{i}}" } }""");
            (await PostAsync(client, i % 2 == 0 ? All : $"{All}/{Key}", context)).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task ExposeAsync(FlagServer server, decimal percentage, params ImmutableArray<string> audience) =>
        (await server.Server.Get<IFlagExposure>().SetAsync(
            Guid.CreateVersion7(), Key, "production", RolloutId, Percentage.From(percentage), audience, "a stage", Engine, default)).Accepted();

    private static Task<ImmutableArray<ExposedUsers>> ListAsync(FlagServer server) => server.Server.Get<IExposedUsers>().ListAsync(RolloutId, default);
}
