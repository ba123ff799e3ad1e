using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Recovery.Drills;
using Athena.Dashboard.Recovery.Pages;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Rollouts;

namespace Athena.Dashboard.Tests.Recovery;

/// <summary>Drills through the whole product, on a clock that moves when told.</summary>
public sealed class DrillProductTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Theory]
    [OnBothDatabases]
    public async Task A_drill_finds_the_fault_takes_it_back_and_leaves_nothing_behind(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        using var client = product.Server.ClientOf(product.Manager);
        (await client.PostAsJsonAsync("/api/drills", new { environment = "production", release = "1.2.0" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var empty = await client.PostAsJsonAsync("/api/drills", new { environment = "moon" });
        empty.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await empty.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateArray().Select(item => item.GetProperty("place").GetString()).ShouldBe(["environment", "release"], "all of it at once");
        var started = await client.PostAsJsonAsync("/api/drills", new { environment = "staging", release = "1.2.0" });
        started.StatusCode.ShouldBe(HttpStatusCode.Accepted, await started.Content.ReadAsStringAsync());
        (await client.PostAsJsonAsync("/api/drills", new { environment = "staging", release = "1.2.0" })).StatusCode.ShouldBe(HttpStatusCode.Conflict, "one at a time");

        var drill = await RunUntilCleanAsync(product);
        drill.Part.ShouldBe(DrillPart.Passed, drill.Outcome);
        foreach (var took in (TimeSpan?[])[drill.ToDetect, drill.ToDecide, drill.ToAct, drill.ToVerify])
            took.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        await ShouldBeGoneAsync(product);
        await ShouldBeToldAsync(product, drill, client);
        (await product.Server.Get<RecoveryQueries>().ListAsync(null, null, default)).ShouldBeEmpty("a drill is no incident");
        (await client.PostAsJsonAsync("/api/drills", new { environment = "staging", release = "1.2.0" })).StatusCode.ShouldBe(HttpStatusCode.Accepted, "the next one can begin");
    }

    [Fact]
    public async Task A_drill_whose_server_died_is_ended_as_interrupted_and_cleaned_up()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeClock();
        await using (var first = await RolloutProduct.StartAsync(database, clock))
        {
            await first.PrepareAsync();
            (await first.Server.Get<DrillService>().StartAsync("staging", "1.2.0", first.Manager, default)).Refusal.ShouldBeNull();
            await RunUntilAsync(first, drill => drill.Part == DrillPart.Healthy);
        }

        await using var second = await RolloutProduct.StartAsync(database, clock);
        var drill = await RunUntilCleanAsync(second);
        drill.Part.ShouldBe(DrillPart.Interrupted);
        drill.VerifiedAt.ShouldBeNull();
        await ShouldBeGoneAsync(second);
    }

    private static Task<Drill> RunUntilCleanAsync(RolloutProduct product) => RunUntilAsync(product, drill => drill.IsClean);

    // The drill's patience is in the clock's time and what it waits for in real time: small steps leave a busy machine enough.
    private static async Task<Drill> RunUntilAsync(RolloutProduct product, Func<Drill, bool> condition)
    {
        Drill? drill = null;
        await Wait.UntilAsync(
            async () =>
            {
                drill = (await product.Server.Get<DrillService>().ListAsync(default))[0];
                if (condition(drill)) return true;
                product.Clock.Advance(TimeSpan.FromMilliseconds(drill.Part is DrillPart.Healthy or DrillPart.Faulty ? 100 : 50));
                return false;
            },
            Patience);
        return drill!;
    }

    // On the page of the drill, in order, with the time since the fault.
    private static async Task ShouldBeToldAsync(RolloutProduct product, Drill drill, HttpClient client)
    {
        var view = (await product.Server.Get<DrillService>().FindViewAsync(drill.Id, default)).ShouldNotBeNull();
        var moments = DrillPhrases.Moments(view.Drill, view.Rollback);
        string[] told = ["Started", "Exposed", "Fault injected", "Detected", "Decided", .. view.Rollback.ShouldNotBeNull().Journal.Select(step => step.Title), "Verified"];
        moments.Select(moment => moment.What).ShouldBe(told, ignoreOrder: true);
        moments.Select(moment => moment.At).ShouldBeInOrder();
        moments.Single(moment => moment.What == "Decided").AfterFault.ShouldBe(drill.DecidedAt - drill.FaultAt);
        moments.Single(moment => moment.What == "Started").AfterFault.ShouldBeNull();
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await client.GetStringAsync($"/drills/{drill.Id}"));
        var text = page.Body.ShouldNotBeNull().TextContent;
        foreach (var shown in (string[])[drill.Outcome!, DrillScript.FaultText, drill.StartedBy, .. told]) text.ShouldContain(shown);
        (await client.GetStringAsync($"/drills/{Guid.Empty}")).ShouldContain("No such drill");
    }

    private static async Task ShouldBeGoneAsync(RolloutProduct product)
    {
        (await product.Server.Get<IRolloutLookup>().FindActiveAsync(DrillScript.FlagKey, "staging", default)).ShouldBeNull();
        var flag = (await product.Server.Get<IFlagLookup>().FindAsync(DrillScript.FlagKey, default))!.In("staging")!;
        (flag.Enabled, flag.Percentage, flag.RolloutId).ShouldBe((false, Percentage.Zero, null));
    }
}
