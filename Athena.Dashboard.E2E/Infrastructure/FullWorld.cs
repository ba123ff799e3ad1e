using System.Text.Json.Nodes;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A world in which every page has something to show, in every state that lasts.</summary>
internal static class FullWorld
{
    private const string Planned = "1.3.0";

    private const string Plan = """
        rollout:
          feature: "database-views-v2"
          minimum_sample: 20
          stages:
            - name: "alpha"
              percentage: 50
              duration: "1h"
              criteria:
                - error_rate < 0.05
                - performance_degradation < 0.1
                - text: Positive user feedback
                  role: product_manager
            - name: "all"
              percentage: 100
              duration: "1h"
              criteria:
                - error_rate < 0.01
          rollback:
            automatic: true
            conditions:
              - error_rate > 0.5 in 10s
        """;

    private const string Notes = """
        # Athena v1.2.0 - Enhanced Database Views

        ## 🎉 New Features

        ### Custom Database Views
        Save frequently used filter and sort combinations as **named views**, shareable with team members.

        ## 🐛 Bug Fixes

        - Fixed issue where column sorting didn't persist after page refresh

        | What | Before | Now |
        | --- | --- | --- |
        | Loading 1,000 rows | 1.2 s | 0.7 s |

        ```http
        GET /api/databases/{id}/views
        ```

        Read the [guide](https://docs.athena.app/guides/database-views).
        """;

    /// <summary>A release that rolls out, one that is planned and stuck, one that is cancelled, and all that belongs to them.</summary>
    /// <param name="name">What the plan calls a criterion that a person ticks; null for what people write there. Stages are called by keys.</param>
    public static async Task<Filled> FillAsync(this World world, string? name = null)
    {
        var rollout = await world.PlanAsync(name is null ? Plan : Plan.Replace("Positive user feedback", JsonValue.Create(name).ToJsonString(), StringComparison.Ordinal));
        await world.Api.PostAsync($"/api/rollouts/{rollout}/rehearsals", new JsonObject { ["runs"] = 10 });
        await WriteNotesAsync(world);
        await world.PrepareAsync();
        await world.TransitionAsync("rollingOut");
        await world.Api.PostAsync($"/api/notes/{World.Release}/publications", null, await NotesVersionAsync(world));
        await world.Api.PostAsync($"/api/notes/{World.Release}/comments", new JsonObject { ["text"] = "Does the guide say how to share a view?" });
        await SetFlagsAsync(world);
        await ExperimentAsync(world);
        await world.PlanReleaseAsync(Planned, "Template System", "2030-09-12");
        await world.PlanReleaseAsync("1.2.1", "Command palette navigation", "2030-08-20", type: "patch");
        await world.TransitionAsync("cancelled", "1.2.1", "It went out with 1.2.0.");
        await UseGatesAsync(world);
        await TalkAsync(world);
        using var qa = await world.SessionAsync("qaLead");
        var drill = await qa.PostAsync("/api/drills", new JsonObject { ["environment"] = "staging", ["release"] = Planned });
        await ApplyProcessAsync(world);
        return await AskForChangesAsync(world, rollout) with { Procedure = await OpenProcedureAsync(world), Drill = drill["id"]!.GetValue<Guid>() };
    }

    private static async Task WriteNotesAsync(World world)
    {
        await world.Api.PostAsync($"/api/notes/{World.Release}/draft");
        await world.Api.PutTextAsync($"/api/notes/{World.Release}/draft", Notes, await NotesVersionAsync(world));
    }

    private static async Task<long> NotesVersionAsync(World world) =>
        (await world.Api.GetAsync($"/api/notes/{World.Release}/draft"))["version"]!.GetValue<long>();

    private static async Task SetFlagsAsync(World world)
    {
        await world.Api.PostAsync("/api/flags", new JsonObject { ["key"] = "ai-suggestions-enabled", ["name"] = "AI suggestions", ["type"] = "operational" });
        await world.Api.PostAsync("/api/flags", new JsonObject { ["key"] = "command-palette-experiment", ["name"] = "Command palette redesign", ["type"] = "experimental" });
        await world.Api.PostAsync("/api/segments", new JsonObject
        {
            ["key"] = World.Segment,
            ["name"] = "Beta testers",
            ["reason"] = "Those who asked for it.",
            ["conditions"] = new JsonObject { ["userTier"] = new JsonArray("beta") },
        });
        // The key belongs to production.
        using var lead = await world.SessionAsync("engineeringLead");
        const string staging = "/api/flags/ai-suggestions-enabled/environments/staging";
        await lead.PutAsync(
            staging,
            new JsonObject
            {
                ["conditions"] = new JsonObject { ["userTier"] = new JsonArray("pro"), ["userRole"] = new JsonArray("editor", "owner") },
                ["percentage"] = 12.5,
                ["schedule"] = new JsonObject { ["disabledAt"] = "2031-01-01T00:00:00Z" },
                ["reason"] = "Try it with those who asked for it.",
            },
            (await world.Api.GetAsync(staging))["version"]!.GetValue<long>());
    }

    // One that runs and has been reported to: a winner, a guard that is harmed, and wrong shares.
    private static async Task ExperimentAsync(World world)
    {
        const string flag = "/api/flags/command-palette-experiment/environments/production";
        await world.Api.PutAsync(
            flag,
            new JsonObject { ["conditions"] = new JsonObject(), ["percentage"] = 50, ["reason"] = "For the experiment.", ["confirmation"] = "production", ["override"] = true },
            (await world.Api.GetAsync(flag))["version"]!.GetValue<long>());
        await world.Api.PostAsync(flag + "/switches", new JsonObject { ["on"] = true, ["reason"] = "For the experiment.", ["confirmation"] = "production", ["override"] = true });
        await world.Api.PostAsync("/api/experiments", new JsonObject
        {
            ["key"] = World.Experiment,
            ["name"] = "Palette on top",
            ["hypothesis"] = "People find commands faster, so more of them finish what they came for.",
            ["flagKey"] = "command-palette-experiment",
            ["environment"] = "production",
            ["control"] = "off",
            ["treatments"] = new JsonArray("on"),
            ["primary"] = new JsonObject { ["name"] = "conversion", ["margin"] = 0.01 },
            ["guards"] = new JsonArray(new JsonObject { ["name"] = "latency", ["kind"] = "mean", ["unit"] = "ms", ["better"] = "lower", ["margin"] = 20 }),
        });
        await world.Api.PostAsync($"/api/experiments/{World.Experiment}/starts", null, 1);
        var now = TimeProvider.System.GetUtcNow();
        await world.Api.PostAsync($"/api/experiments/{World.Experiment}/outcomes", new JsonObject
        {
            ["batchId"] = "1",
            ["from"] = now.AddMinutes(-1),
            ["to"] = now.AddMinutes(1),
            ["variants"] = new JsonObject { ["off"] = Outcomes(5_000, 500, 300), ["on"] = Outcomes(4_000, 600, 360) },
        });
    }

    private static JsonObject Outcomes(int users, int converted, int latency) => new()
    {
        ["users"] = users,
        ["metrics"] = new JsonObject
        {
            ["conversion"] = new JsonObject { ["count"] = users, ["sum"] = converted },
            ["latency"] = new JsonObject { ["count"] = users, ["sum"] = (double)users * latency, ["sumOfSquares"] = (double)users * ((latency * latency) + (80 * 80)) },
        },
    };

    private static async Task UseGatesAsync(World world)
    {
        await world.TickAsync(["pre-development"], Planned, "specification-approved", "design-approved", "dependencies-planned");
        await world.OnItemAsync(Planned, "specification-approved", "blocks", new JsonObject { ["reason"] = "Two features contradict each other." });
        await world.OnItemAsync(Planned, "design-approved", "starts");
        await world.OnItemAsync(Planned, "design-approved", "comments", new JsonObject { ["comment"] = "First draft by Thursday." });
        await world.OnItemAsync(Planned, "design-approved", "evidence", new JsonObject { ["title"] = "Design", ["link"] = "https://example.org/design", ["about"] = "3f2a9c1" });
        await world.OnItemAsync(Planned, "code-reviewed", "rejections", new JsonObject { ["reason"] = "One reviewer only." });
        await world.OnItemAsync(Planned, "dependencies-planned", "waivers", new JsonObject
        {
            ["reason"] = "The library ships next month.",
            ["riskOfGoing"] = "We plan with its beta.",
            ["riskOfNotGoing"] = "Templates slip by a quarter.",
            ["until"] = TimeProvider.System.GetUtcNow().AddDays(60),
            ["followUp"] = "Move to the final version.",
        });
    }

    private static async Task TalkAsync(World world)
    {
        await world.Api.PutAsync("/api/communication/lists/users", new JsonObject { ["addresses"] = new JsonArray("reader@example.org"), ["roles"] = new JsonArray() }, 0);
        await world.OnEntryAsync(World.Release, "support-training", "ticks");
        await world.OnEntryAsync(World.Release, "blog-draft", "skips", new JsonObject { ["reason"] = "The notes say it all." });
    }

    // With a step of each kind, and a post-mortem that somebody writes.
    private static async Task<Guid> OpenProcedureAsync(World world)
    {
        var id = (await world.Api.PostAsync("/api/recovery", new JsonObject { ["release"] = Planned, ["reason"] = "Two customers report lost rows; it may have to be taken back." }))["id"]!.GetValue<Guid>();
        var procedure = $"/api/recovery/{id}";
        await world.Api.PostAsync($"{procedure}/steps/assessment/completions", new JsonObject { ["note"] = "Rows are hidden and not lost." }, 1);
        await world.Api.PostAsync($"{procedure}/steps/communication/beginnings", null, 2);
        await world.Api.PostAsync($"{procedure}/steps/execution/completions", new JsonObject { ["note"] = "Switched off by hand." }, 3);
        await world.Api.PostAsync($"{procedure}/steps/execution/reopenings", new JsonObject { ["reason"] = "It came back with the next deployment." }, 4);
        await world.Api.PostAsync($"{procedure}/post-mortem");
        await world.Api.PostAsync($"{procedure}/post-mortem/follow-ups", new JsonObject { ["title"] = "Test views with a filter on hidden columns", ["dueOn"] = "2030-09-20" }, 1);
        return id;
    }

    private static async Task ApplyProcessAsync(World world)
    {
        var current = await world.Api.GetAsync("/api/process");
        var number = current["number"]!.GetValue<long>();
        var source = (await world.Api.AskAsync(HttpMethod.Get, FormattableString.Invariant($"/api/process/versions/{number}/source"))).Text;
        source = source.Replace("duration: \"7d\"", "duration: \"8d\"", StringComparison.Ordinal)
            .Replace("    title: Staging\n", "    title: Staging\n    approval: {needed: 1, of: [devops_engineer]}\n", StringComparison.Ordinal);
        using var changed = new StringContent(source, System.Text.Encoding.UTF8, "application/yaml");
        (await world.Api.AskAsync(HttpMethod.Post, "/api/process/versions", null, number, changed)).Accepted();
    }

    /// <summary>One that waits, one that is approved and one that is void.</summary>
    private static async Task<Filled> AskForChangesAsync(World world, Guid rollout)
    {
        const string suggestions = "/api/flags/ai-suggestions-enabled/environments/staging";
        using var lead = await world.SessionAsync("engineeringLead");
        using var devOps = await world.SessionAsync("devOpsEngineer");
        var pending = await AskAsync("command-palette-experiment", "Show the palette to those who test it.");
        await ApproveAsync(await AskAsync("ai-suggestions-enabled", "It has been tried."), apply: true);
        var gone = await AskAsync("ai-suggestions-enabled", "Three of four, to begin with.", 75);
        await ApproveAsync(gone, apply: false);
        await lead.PutAsync(
            suggestions,
            Share(10, "Too many at once."),
            (await world.Api.GetAsync(suggestions))["version"]!.GetValue<long>());
        var approved = await AskAsync("ai-suggestions-enabled", "A quarter of them.", 25);
        await ApproveAsync(approved, apply: false);
        return new Filled(rollout, IdOf(pending), IdOf(approved), IdOf(gone));

        async Task<JsonNode> AskAsync(string flag, string reason, int? percentage = null)
        {
            var setting = $"/api/flags/{flag}/environments/staging";
            if (percentage is null) return await lead.PostAsync(setting + "/switches", new JsonObject { ["on"] = true, ["reason"] = reason, ["ask"] = true });
            var change = Share(percentage.Value, reason);
            change["ask"] = true;
            return await lead.PutAsync(setting, change, (await world.Api.GetAsync(setting))["version"]!.GetValue<long>());
        }

        async Task ApproveAsync(JsonNode request, bool apply)
        {
            var address = "/api/change-requests/" + IdOf(request);
            await devOps.PostAsync(address + "/approvals", new JsonObject { ["hash"] = request["hash"]!.GetValue<string>() });
            if (apply) await lead.PostAsync(address + "/applications", new JsonObject());
        }

        static JsonObject Share(int percentage, string reason) => new()
        {
            ["conditions"] = new JsonObject { ["userTier"] = new JsonArray("pro"), ["userRole"] = new JsonArray("editor", "owner") },
            ["percentage"] = percentage,
            ["schedule"] = new JsonObject { ["disabledAt"] = "2031-01-01T00:00:00Z" },
            ["reason"] = reason,
        };

        static Guid IdOf(JsonNode request) => request["id"]!.GetValue<Guid>();
    }
}

/// <summary>What was put into a world, to be found again.</summary>
/// <param name="Pending">A change request that waits for approval.</param>
/// <param name="Approved">One that can be carried out.</param>
/// <param name="Void">One whose setting was changed since.</param>
internal sealed record Filled(Guid Rollout, Guid Pending, Guid Approved, Guid Void)
{
    /// <summary>The procedure of a rollback that is under way.</summary>
    public Guid Procedure { get; init; }

    public Guid Drill { get; init; }

    public static Filled Nothing { get; } = new(Guid.Empty, Guid.Empty, Guid.Empty, Guid.Empty);
}
