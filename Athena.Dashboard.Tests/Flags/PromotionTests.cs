using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>The order of environments, on every way of writing.</summary>
public sealed class PromotionTests(SharedFlagServer shared) : IClassFixture<SharedFlagServer>
{
    private readonly FlagServer server = shared.Flags;

    [Fact]
    public async Task Environments_are_compared_and_a_flag_is_promoted_with_its_name_and_reason()
    {
        using var client = await server.ClientAsync("admin", environment: null);
        await server.GivenAsync("promoted", environment: "development");
        await server.GivenAsync("promoted", FlagSettings.Of(On) with { Conditions = [Is("plan", "pro")], Percentage = Percentage.From(40) }, environment: "staging");
        var different = (await SendAsync(client, HttpMethod.Get, "/api/flag-comparisons?from=staging&to=production")).Json.EnumerateArray().Single(flag => flag.GetProperty("key").GetString() == "promoted");
        different.GetProperty("differences").EnumerateArray().Select(difference => difference.GetProperty("member").GetString()).ShouldBe(["enabled", "conditions", "percentage"]);
        different.GetProperty("ahead").GetArrayLength().ShouldBe(0);
        (await SendAsync(client, HttpMethod.Get, "/api/flag-comparisons?from=development&to=production")).Json.EnumerateArray()
            .Single(flag => flag.GetProperty("key").GetString() == "promoted").GetProperty("ahead")[0].GetProperty("place").GetString().ShouldBe("percentage");

        const string Path = "/api/flags/promoted/promotions";
        (await SendAsync(client, HttpMethod.Post, Path, """{"from":"staging","to":"production","reason":"tested"}""", "\"1\"")).Code.ShouldBe("confirmation_missing");
        (await SendAsync(client, HttpMethod.Post, Path, """{"from":"staging","to":"production","fromVersion":1,"reason":"tested","confirmation":"production"}""", "\"1\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(client, HttpMethod.Post, Path, """{"from":"development","to":"production","reason":"skip","confirmation":"production"}""", "\"1\"")).Code.ShouldBe("ahead_of_previous");
        var promoted = await SendAsync(client, HttpMethod.Post, Path, """{"from":"staging","to":"production","reason":"tested","confirmation":"production"}""", "\"1\"");
        promoted.Status.ShouldBe(HttpStatusCode.OK);
        (promoted.Json.GetProperty("enabled").GetBoolean(), promoted.Json.GetProperty("percentage").GetDecimal()).ShouldBe((true, 40m));
        (await SendAsync(client, HttpMethod.Get, "/api/flag-comparisons?from=staging&to=production")).Json.EnumerateArray().ShouldNotContain(flag => flag.GetProperty("key").GetString() == "promoted");
    }

    [Fact]
    public async Task No_way_of_writing_takes_production_ahead_without_an_override()
    {
        using var client = await server.ClientAsync("admin", environment: null);
        await server.GivenAsync("ordered", on: true);
        await server.GivenAsync("ordered", on: false);
        const string Production = "/api/flags/ordered/environments/production";
        (await SendAsync(client, HttpMethod.Post, Production + "/switches", """{"on":true,"reason":"x","confirmation":"production"}""")).Code.ShouldBe("ahead_of_previous");
        (await SendAsync(client, HttpMethod.Put, Production, """{"conditions":{},"percentage":100,"schedule":{"enabledAt":"2199-01-01T00:00:00Z"},"reason":"x","confirmation":"production"}""", "\"3\"")).Code.ShouldBe("ahead_of_previous");
        var off = (await SendAsync(client, HttpMethod.Get, "/api/flags/ordered/history")).Json.EnumerateArray().First().GetProperty("sequence").GetInt64();
        (await SendAsync(client, HttpMethod.Post, "/api/flags/ordered/reversions", $$"""{"sequence":{{off}},"reason":"x","confirmation":"production"}""")).Code.ShouldBe("ahead_of_previous");
        const string File = "flags:\n  ordered:\n    environments:\n      production: {enabled: true}\n";
        var import = await SendAsync(client, HttpMethod.Post, "/api/flag-files", JsonSerializer.Serialize(new { text = File, reason = "x", confirmation = "production" }));
        import.Code.ShouldBe("import_conflicts");
        import.Json.GetProperty("errors")[0].GetProperty("place").GetString().ShouldBe("line 4, column 20, flags.ordered.production.enabled");
        // In one file, production is measured by what the file makes of staging.
        const string Both = "flags:\n  ordered:\n    environments:\n      production: {enabled: true}\n      staging: {enabled: true}\n";
        (await SendAsync(client, HttpMethod.Post, "/api/flag-files", JsonSerializer.Serialize(new { text = Both, reason = "x", confirmation = "production" }))).Status.ShouldBe(HttpStatusCode.OK);
        var setting = (await SendAsync(client, HttpMethod.Get, Production)).Json;
        (setting.GetProperty("enabled").GetBoolean(), setting.GetProperty("aheadBecause").ValueKind).ShouldBe((true, JsonValueKind.Null));
    }

    [Fact]
    public async Task A_schedule_that_came_to_be_ahead_is_not_followed_and_does_not_try_again()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        (await world.Service.EditAsync(Key, "production", 1, FlagSettings.Of(Off) with { EnableAt = world.Clock.GetUtcNow().AddHours(1) }, "later", "production", world.Manager, default)).Accepted();
        await world.SwitchAsync(on: false, environment: "staging");
        world.Clock.Advance(TimeSpan.FromHours(2));
        (await world.Service.FollowScheduleAsync(Key, "production", default)).Accepted().Enabled.ShouldBeFalse();
        (await world.Queries.DueAsync(world.Clock.GetUtcNow(), default)).ShouldBeEmpty();
        (await world.Queries.HistoryAsync(Key, null, default))[0].What.ShouldBe(nameof(FlagScheduleRefused));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json, string? Code)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, json, json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}
