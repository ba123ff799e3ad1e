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
    /// <returns>The rollout's id.</returns>
    public static async Task<Guid> FillAsync(this World world)
    {
        var rollout = await world.PlanAsync(Plan);
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
        await ApplyProcessAsync(world);
        return rollout;
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

    private static async Task ApplyProcessAsync(World world)
    {
        var current = await world.Api.GetAsync("/api/process");
        var number = current["number"]!.GetValue<long>();
        var source = (await world.Api.AskAsync(HttpMethod.Get, FormattableString.Invariant($"/api/process/versions/{number}/source"))).Text;
        using var changed = new StringContent(source.Replace("duration: \"7d\"", "duration: \"8d\"", StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/yaml");
        (await world.Api.AskAsync(HttpMethod.Post, "/api/process/versions", null, number, changed)).Accepted();
    }
}
