using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

public sealed class FlagPastTests
{
    private static readonly FlagSettings Everybody = new([], Percentage.Hundred, []);

    [Fact]
    public async Task A_past_moment_is_answered_by_the_configuration_that_was_live_then()
    {
        var clock = new FakeClock();
        await using var server = await FlagServer.StartAsync(clock);
        using var admin = await server.ClientAsync("admin", environment: null);
        var never = clock.GetUtcNow().AddSeconds(-1);
        await server.GivenAsync("base");
        await PostAsync(admin, "/api/segments", """{"key":"staff","name":"Staff","conditions":{"mail":["a"]},"reason":"test"}""");
        await server.GivenAsync("views", Everybody with
        {
            Prerequisites = [new("base")],
            Rules = [new("staff", [new Athena.Dashboard.Flags.Domain.Targeting.Condition.InSegment("staff")], Athena.Dashboard.Flags.Domain.Targeting.Serving.Of("off"))],
        });
        var first = Next(clock);
        await SendAsync(admin, HttpMethod.Put, "/api/segments/staff", """{"name":"Staff","conditions":{"mail":["b"]},"reason":"test","confirmation":"production"}""", "\"1\"");
        var second = Next(clock);
        await server.GivenAsync("base", on: false);
        var third = Next(clock);

        (await DeciderAsync("a", first)).ShouldBe("rule");
        (await DeciderAsync("b", first)).ShouldBe("allConditions");
        (await DeciderAsync("a", second)).ShouldBe("allConditions");
        (await DeciderAsync("b", second)).ShouldBe("rule");
        (await DeciderAsync("b", third)).ShouldBe("prerequisite");
        (await PostAsync(admin, Why(never), """{"context":{}}""")).Status.ShouldBe(HttpStatusCode.NotFound);

        async Task<string?> DeciderAsync(string mail, DateTimeOffset at) =>
            (await PostAsync(admin, Why(at), $$$"""{"context":{"mail":"{{{mail}}}"}}""")).Json.GetProperty("decider").GetString();
    }

    [Fact]
    public async Task A_change_is_taken_back_unless_others_build_on_it()
    {
        await using var server = await FlagServer.StartAsync();
        using var admin = await server.ClientAsync("admin", environment: null);
        await server.GivenAsync("views", Everybody with { Percentage = Percentage.From(25) });
        var history = (await admin.GetFromJsonAsync<JsonElement>("/api/flags/views/history")).EnumerateArray().ToArray();
        var lowered = history[0];
        lowered.GetProperty("differences").EnumerateArray().ShouldHaveSingleItem().GetProperty("member").GetString().ShouldBe("percentage");
        var sequence = lowered.GetProperty("sequence").GetInt64();
        var body = $$"""{"sequence":{{sequence}},"reason":"too early","confirmation":"production","override":true}""";
        (await PostAsync(admin, "/api/flags/views/reversions", $$"""{"sequence":{{sequence}},"reason":"x"}""")).Json.GetProperty("code").GetString().ShouldBe("confirmation_missing");
        (await PostAsync(admin, "/api/flags/views/reversions", body)).Json.GetProperty("percentage").GetDecimal().ShouldBe(100);
        // What it changed is different again: taking it back a second time would undo the first.
        var again = await PostAsync(admin, "/api/flags/views/reversions", body);
        (again.Status, again.Json.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.Conflict, "changed_since"));
        // Taking back that it was switched on lowers, and asks for nothing.
        var on = history.Single(entry => entry.GetProperty("what").GetString() == "FlagSwitchedOn").GetProperty("sequence").GetInt64();
        (await PostAsync(admin, "/api/flags/views/reversions", $$"""{"sequence":{{on}}}""")).Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        var created = history.Single(entry => entry.GetProperty("what").GetString() == "FlagCreated").GetProperty("sequence").GetInt64();
        (await PostAsync(admin, "/api/flags/views/reversions", $$"""{"sequence":{{created}}}""")).Json.GetProperty("code").GetString().ShouldBe("not_revertible");
    }

    [Fact]
    public async Task The_playground_asks_all_environments_at_once()
    {
        await using var server = await FlagServer.StartAsync();
        using var admin = await server.ClientAsync("admin", environment: null);
        await server.GivenAsync("views");
        await server.GivenAsync("other", environment: "staging");
        var all = await PostAsync(admin, "/api/playground", """{"context":{"targetingKey":"u"}}""");
        all.Json.GetProperty("production").GetProperty("views").GetProperty("reason").GetString().ShouldBe("STATIC");
        all.Json.GetProperty("staging").GetProperty("views").GetProperty("reason").GetString().ShouldBe("DISABLED");
        all.Json.GetProperty("staging").GetProperty("other").GetProperty("variant").GetString().ShouldBe("on");
        var one = await PostAsync(admin, "/api/playground?flag=views", """{"context":{"targetingKey":"u"}}""");
        one.Json.GetProperty("production").EnumerateObject().ShouldHaveSingleItem();
        (await PostAsync(admin, "/api/playground?flag=nowhere", "{}")).Status.ShouldBe(HttpStatusCode.NotFound);

        using var client = await server.ClientAsync();
        await OfrepClient.PostAsync(client, OfrepClient.All, "{}");
        await OfrepClient.PostAsync(client, OfrepClient.All + "/views", "{}");
        (await admin.GetFromJsonAsync<JsonElement>("/api/flags/views/counts")).GetProperty("production").GetProperty("on").GetInt64().ShouldBe(2);
    }

    private static DateTimeOffset Next(FakeClock clock)
    {
        var now = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMinutes(1));
        return now;
    }

    private static string Why(DateTimeOffset at) => $"/api/flags/views/environments/production/explanations?at={Uri.EscapeDataString(at.ToString("O"))}";

    private static Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(HttpClient client, string path, string body) => SendAsync(client, HttpMethod.Post, path, body);

    private static async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpClient client, HttpMethod method, string path, string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
