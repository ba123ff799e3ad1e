using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Releases;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Rollouts together with the real releases, gates, flags and health.</summary>
public sealed class RolloutProductTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Healthy_traffic_carries_a_release_to_completed(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        (await product.ExposureAsync()).Percentage.ShouldBe(Percentage.From(1));
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Completed);
        await Wait.UntilAsync(async () => await product.ReleaseAsync() == ReleaseState.Completed);
        var exposure = await product.ExposureAsync();
        (exposure.Percentage, exposure.RolloutId, exposure.Enabled).ShouldBe((Percentage.Hundred, null, true));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Errors_of_exposed_users_take_everything_back_once(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        await product.RunUntilAsync(id, rollout => rollout.Step == 1 && rollout.Applied);
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack, exposedErrors: 200);
        await Wait.UntilAsync(async () => await product.ReleaseAsync() == ReleaseState.RolledBack);
        var exposure = await product.ExposureAsync();
        (exposure.Percentage, exposure.RolloutId).ShouldBe((Percentage.Zero, null));
        var decisions = await product.Server.Get<RolloutQueries>().DecisionsAsync(id, null, default);
        var decided = decisions.Where(record => record.Kind == DecisionKind.RolledBack).ShouldHaveSingleItem();
        decided.Rule.ShouldNotBeNull();
        decided.Inputs.ShouldNotBeNull().Harm.ShouldNotBeEmpty();
        await ItsReportSaysWhy(product, decided);
    }

    /// <summary>Over HTTP, as whoever keeps reports would fetch it.</summary>
    private static async Task ItsReportSaysWhy(RolloutProduct product, DecisionRecord decided)
    {
        using var client = product.Server.ClientOf(product.Manager);
        (await client.GetAsync("/api/releases/9.9.9/report")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        JsonElement rollout = default;
        // What was counted and judged is stored within a second.
        await Wait.UntilAsync(async () =>
        {
            rollout = (await (await client.GetAsync("/api/releases/1.2.0/report")).JsonAsync()).GetProperty("rollouts").EnumerateArray().ShouldHaveSingleItem();
            return rollout.GetProperty("metrics").GetArrayLength() > 0 && Verdict(decided) is { } stored && stored.GetProperty("verdict").GetString() == "bad";
        });
        (Text("state"), rollout.GetProperty("exposed").GetDecimal()).ShouldBe(("rolledBack", 0m));
        Text("outcome").ShouldNotBeNull().ShouldContain(decided.Rule!);
        var trigger = rollout.GetProperty("triggers").EnumerateArray().Last();
        (trigger.GetProperty("kind").GetString(), trigger.GetProperty("rule").GetString()).ShouldBe(("rolledBack", decided.Rule));
        var errors = rollout.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("key").GetString() == "error_rate");
        errors.GetProperty("control").GetDouble().ShouldBe(0.001, 1e-9);
        errors.GetProperty("exposed").GetDouble().ShouldBeInRange(0.001, 0.2);
        var kinds = rollout.GetProperty("timeline").EnumerateArray().Select(turn => turn.GetProperty("kind").GetString()).Where(kind => kind is not ("held" or "holdEnded"));
        // On this clock several happen in the same instant.
        kinds.ShouldBe(["started", "stageEntered", "advanced", "stageEntered", "rolledBack"], ignoreOrder: true);

        string? Text(string member) => rollout.GetProperty(member).GetString();

        JsonElement? Verdict(DecisionRecord record) =>
            rollout.GetProperty("verdicts").EnumerateArray().Where(one => one.GetProperty("list").GetString() == record.List && one.GetProperty("rule").GetString() == record.Rule).Select(one => (JsonElement?)one).FirstOrDefault();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Silence_holds_and_a_report_lets_it_go_on(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        await product.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.FromSeconds(10));
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Held, exposedErrors: null);
        var held = await product.LoadAsync(id);
        held.Cause.ShouldBe(HoldCause.Stale);
        (await product.ExposureAsync()).Percentage.ShouldBe(Percentage.From(1));
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Running);
        (await product.LoadAsync(id)).Counted.ShouldBeGreaterThanOrEqualTo(held.Counted);
        await product.RunUntilAsync(id, rollout => rollout.Step == 1);
    }

    [Fact]
    public async Task However_long_an_application_is_silent_its_rollout_waits_alerts_and_goes_on()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database, interval: TimeSpan.FromSeconds(10));
        await product.PrepareAsync();
        var id = await product.BeginAsync(RolloutBuilder.ShortPlan.Replace("1m", "1h", StringComparison.Ordinal));
        await product.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.FromSeconds(10), exposedErrors: 1);
        foreach (var minutes in (int[])[1, 5, 60])
        {
            var before = (await product.LoadAsync(id)).Counted;
            for (var minute = 0; minute < minutes; minute++) product.Clock.Leap(TimeSpan.FromMinutes(1));
            await product.RunUntilAsync(id, rollout => rollout is { State: RolloutState.Held, Cause: HoldCause.Stale }, exposedErrors: null);
            await AlertsAsync(product, firing: 1, whileSilent: true);
            await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Running, exposedErrors: 1);
            await AlertsAsync(product, firing: 0, whileSilent: false);
            var after = await product.LoadAsync(id);
            (after.Rollback, after.Step).ShouldBe((null, 0));
            // As it was when the hold ended: with reports, time has been counted on since.
            var counted = (await DecisionsAsync()).First(record => record.Kind == DecisionKind.HoldEnded).Inputs.ShouldNotBeNull().Counted;
            (counted - before).ShouldBeLessThan(TimeSpan.FromMinutes(minutes), "what nobody reported is not healthy time");
        }

        var decisions = await DecisionsAsync();
        decisions.Where(record => record.Inputs is not null).SelectMany(record => record.Inputs!.Verdicts).ShouldAllBe(verdict => verdict.Verdict != Verdict.Bad);
        decisions.Count(record => record.Kind == DecisionKind.HoldEnded).ShouldBeGreaterThanOrEqualTo(3);

        Task<ImmutableArray<DecisionRecord>> DecisionsAsync() => product.Server.Get<RolloutQueries>().DecisionsAsync(id, null, default);

        // What is held for want of reports alerts while it lasts.
        Task AlertsAsync(RolloutProduct product, int firing, bool whileSilent) => Wait.UntilAsync(
            async () =>
            {
                var board = await product.Server.Get<AlertQueries>().BoardAsync(default);
                if (board.Alerts.Count(shown => shown.Alert.IsFiring && shown.Alert.Labels.GetValueOrDefault(AlertLabels.Cause) == "stale") == firing) return true;
                product.Clock.Advance(product.Interval);
                if (!whileSilent) await product.ReportAsync(id, 1);
                return false;
            },
            TimeSpan.FromMinutes(5));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_restart_in_the_middle_loses_no_counted_time_and_repeats_nothing(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var clock = new FakeClock();
        Guid id;
        await using (var first = await RolloutProduct.StartAsync(database, clock))
        {
            await first.PrepareAsync();
            id = await first.BeginAsync();
            await first.RunUntilAsync(id, rollout => rollout.Step == 1 && rollout.Counted > TimeSpan.FromSeconds(10));
        }

        await using var second = await RolloutProduct.StartAsync(database, clock);
        var after = await second.LoadAsync(id);
        after.Step.ShouldBe(1);
        after.Counted.ShouldBeGreaterThan(TimeSpan.FromSeconds(10));
        await second.RunUntilAsync(id, rollout => rollout.State == RolloutState.Completed);
        var journal = (await second.Server.Get<RolloutQueries>().FindViewAsync(id, default))!.Journal;
        journal.Select(entry => entry.Title).ShouldBe(
        [
            "Claim database-views-v2", "Set 1 % for internal", "Set 50 % for gradual 1/2", "Set 100 % for gradual 2/2",
            "Free database-views-v2", "Complete release 1.2.0",
        ]);
    }

    [Fact]
    public async Task The_api_plans_acts_and_says_why_not()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var viewer = product.Server.ClientOf(await product.Server.PersonAsync("Viewer", Role.Viewer));
        var manager = product.Server.ClientOf(product.Manager);

        (await viewer.PostAsync("/api/rollouts", new { release = "1.2.0", environment = "production", flag = RolloutProduct.Flag }, null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var broken = await product.PlanAsync(RolloutBuilder.ShortPlan.Replace("error_rate < 0.01", "moonshine < 3", StringComparison.Ordinal));
        broken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await broken.JsonAsync()).GetProperty("errors").EnumerateArray().ShouldAllBe(item => item.GetProperty("place").GetString()!.StartsWith("line ", StringComparison.Ordinal));
        (await manager.PostAsync("/api/rollouts", new { release = "1.2.0", environment = "production", surprise = 1 }, null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await product.PlanAsync(new string('#', 300_000))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        var planned = await manager.PostAsync("/api/rollouts", new { release = "1.2.0", environment = "production", flag = RolloutProduct.Flag, plan = PlanAsJson() }, null);
        planned.StatusCode.ShouldBe(HttpStatusCode.Created, await planned.Content.ReadAsStringAsync());
        var path = planned.Headers.Location!.ToString();
        var again = await manager.PostAsync("/api/rollouts", new { release = "1.2.0", environment = "production", flag = RolloutProduct.Flag }, null);
        (again.StatusCode, await again.CodeAsync()).ShouldBe((HttpStatusCode.Conflict, "rollout_active"));

        (await (await manager.PostAsync(path + "/starts", new { reason = "now" }, null)).CodeAsync()).ShouldBe("version_required");
        (await (await manager.PostAsync(path + "/starts", new { reason = "now" }, 7)).CodeAsync()).ShouldBe("stale_version");
        (await (await manager.PostAsync(path + "/starts", null, 1)).CodeAsync()).ShouldBe("release_not_rolling_out");
        (await (await manager.PostAsync(path + "/rollbacks", null, null)).CodeAsync()).ShouldBe("rollout_not_started");
        var details = await (await viewer.GetAsync(path)).JsonAsync();
        details.GetProperty("warnings").EnumerateArray().ShouldHaveSingleItem().GetProperty("message").GetString().ShouldStartWith("Nobody has reported in production");
        details.GetProperty("rollout").GetProperty("state").GetString().ShouldBe("planned");
        details.GetProperty("steps").GetArrayLength().ShouldBe(3);
        (await (await viewer.GetAsync("/api/rollouts?release=1.2.0")).JsonAsync()).GetArrayLength().ShouldBe(1);
        (await viewer.PostAsync(path + "/cancellations", null, 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var off = await manager.PostAsync(path + "/cancellations", new { reason = "another plan" }, 1);
        off.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await off.JsonAsync()).GetProperty("state").GetString().ShouldBe("calledOff");
        (await viewer.GetAsync("/api/rollouts/" + Guid.Empty)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_rollback_by_hand_over_http_needs_neither_version_nor_reason()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        var qa = product.Server.ClientOf(await product.Server.PersonAsync("Tester", Role.QaLead));
        (await qa.PostAsync($"/api/rollouts/{id}/advances", new { reason = "go" }, (await product.LoadAsync(id)).Version)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await qa.PostAsync($"/api/rollouts/{id}/rollbacks", null, null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Wait.UntilAsync(async () => (await product.ExposureAsync()).Percentage == Percentage.Zero);
        await Wait.UntilAsync(async () => await product.ReleaseAsync() == ReleaseState.RolledBack);
        var decisions = await (await qa.GetAsync($"/api/rollouts/{id}/decisions")).JsonAsync();
        var taken = decisions.EnumerateArray().Where(record => record.GetProperty("kind").GetString() == "rolledBack").ShouldHaveSingleItem();
        var replay = await (await qa.GetAsync($"/api/rollouts/{id}/decisions/{taken.GetProperty("id").GetString()}/replay")).JsonAsync();
        (replay.GetProperty("same").GetBoolean(), replay.GetProperty("why").GetString()).ShouldBe((false, "Somebody decided it, or it only tells what happened: there was nothing to weigh."));
        (await qa.GetAsync($"/api/rollouts/{id}/decisions/{Guid.NewGuid()}/replay")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // JSON is YAML: the same structure, written by a program.
    private static JsonElement PlanAsJson() => JsonSerializer.Deserialize<JsonElement>("""
        {"rollout": {"feature": "database-views-v2", "stages": [
            {"name": "internal", "percentage": 1, "duration": "1m", "criteria": ["error_rate < 0.01"]},
            {"name": "gradual", "percentage": [50, 100], "duration": "2m", "criteria": ["error_rate < 0.01"]}],
         "rollback": {"automatic": true, "conditions": ["error_rate > 0.05"]}}}
        """);
}
