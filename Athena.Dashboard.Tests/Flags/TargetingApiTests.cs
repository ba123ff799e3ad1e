using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>Rules, segments, prerequisites and variants as an administrator's program meets them.</summary>
public sealed class TargetingApiTests(SharedFlagServer shared) : IClassFixture<SharedFlagServer>, IAsyncLifetime
{
    private readonly FlagServer server = shared.Flags;
    private HttpClient admin = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await server.ClientAsync("admin", environment: null);
        client = await server.ClientAsync();
    }

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        client.Dispose();
        return default;
    }

    [Fact]
    public async Task Rules_split_variants_and_say_why()
    {
        (await SendAsync(HttpMethod.Post, "/api/flags", """
            {"key":"layout","name":"Layout","type":"experimental","variants":{"off":"none","wide":"w","narrow":"n"},"payloads":{"wide":{"columns":3,"beta":true}}}
            """)).Status.ShouldBe(HttpStatusCode.Created);
        await server.GivenAsync("layout");
        const string Rules = """
            {"conditions":[{"not":{"attribute":"plan","values":["free"]}}],"percentage":100,
             "rules":[
               {"name":"old apps","conditions":[{"attribute":"app","operator":"versionBelow","value":"2.0.0"}],"serve":"narrow"},
               {"name":"staff","conditions":[{"any":[{"attribute":"mail","operator":"endsWith","values":["@example.com"]},{"attribute":"age","operator":"numberAtLeast","value":90}]}],
                "serve":{"split":[{"variant":"wide","weight":99999},{"variant":"narrow","weight":1}],"by":"mail"}}],
             "serve":{"variant":"wide"},"reason":"test","confirmation":"production","override":true}
            """;
        var saved = await SendAsync(HttpMethod.Put, "/api/flags/layout/environments/production", Rules, "\"2\"");
        saved.Status.ShouldBe(HttpStatusCode.OK, saved.Json.ToString());
        saved.Json.GetProperty("rules")[1].GetProperty("serve").GetProperty("split")[0].GetProperty("weight").GetInt32().ShouldBe(99_999);
        saved.Json.GetProperty("conditions")[0].GetProperty("not").GetProperty("attribute").GetString().ShouldBe("plan");

        (await AskAsync("layout", """{"app":"1.9.0-rc.1"}""")).ShouldBe(("narrow", "TARGETING_MATCH"));
        (await AskAsync("layout", """{"app":"2.0.0","mail":"a@example.com"}""")).ShouldBe(("wide", "SPLIT"));
        // The rule matches, but has nothing to split by: the next one is asked.
        (await AskAsync("layout", """{"age":95}""")).ShouldBe(("wide", "TARGETING_MATCH"));
        (await AskAsync("layout", """{"plan":"free"}""")).ShouldBe(("off", "UNKNOWN"));
        var wide = (await PostAsync(client, All + "/layout", "{}")).Json;
        (wide.GetProperty("metadata").GetProperty("columns").GetInt32(), wide.GetProperty("metadata").GetProperty("beta").GetBoolean()).ShouldBe((3, true));

        var why = await SendAsync(HttpMethod.Post, "/api/flags/layout/environments/production/explanations", """{"context":{"mail":"a@example.com"}}""");
        (why.Json.GetProperty("decider").GetString(), why.Json.GetProperty("rule").GetInt32()).ShouldBe(("ruleSplit", 1));
    }

    [Fact]
    public async Task A_flag_without_off_answers_without_a_value_when_it_is_off()
    {
        await SendAsync(HttpMethod.Post, "/api/flags", """{"key":"text","name":"Text","type":"operational","variants":{"short":"a","long":"b"}}""");
        var answer = await PostAsync(client, All + "/text", "{}");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["key", "reason"]);
        Text(answer.Json, "reason").ShouldBe("DISABLED");
        await server.GivenAsync("text");
        (await AskAsync("text", "{}")).ShouldBe(("short", "STATIC"));
    }

    [Fact]
    public async Task A_segment_acts_wherever_it_is_named_and_cannot_go_while_it_is()
    {
        var created = await SendAsync(HttpMethod.Post, "/api/segments", """{"key":"staff","name":"Staff","conditions":{"mail":["a@example.com"]},"reason":"test"}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Json.ToString());
        await SendAsync(HttpMethod.Post, "/api/segments", """{"key":"insiders","name":"Insiders","conditions":[{"any":[{"segment":"staff"},{"attribute":"beta","values":["true"]}]}],"reason":"test"}""");
        (await SendAsync(HttpMethod.Put, "/api/segments/staff", """{"name":"Staff","conditions":[{"segment":"insiders"}],"reason":"test"}""", "\"1\"")).Json
            .GetProperty("errors")[0].GetProperty("found").GetString().ShouldBe("staff → insiders → staff");

        await server.GivenAsync("views", new([], Athena.Dashboard.Platform.Kernel.Percentage.Zero, ["insiders"]));
        (await AskAsync("views", """{"beta":true}""")).ShouldBe(("on", "TARGETING_MATCH"));
        (await AskAsync("views", """{"mail":"b@example.com"}""")).ShouldBe(("off", "SPLIT"));
        // Adds somebody in production: asks for a confirmation; takes somebody away: asks nothing.
        const string Wider = """{"name":"Staff","conditions":{"mail":["a@example.com","b@example.com"]},"reason":"joined"%}""";
        (await SendAsync(HttpMethod.Put, "/api/segments/staff", Wider.Replace("%", "", StringComparison.Ordinal), "\"1\"")).Code.ShouldBe("confirmation_missing");
        (await SendAsync(HttpMethod.Put, "/api/segments/staff", Wider.Replace("%", ",\"confirmation\":\"production\"", StringComparison.Ordinal), "\"1\"")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync("views", """{"mail":"b@example.com"}""")).ShouldBe(("on", "TARGETING_MATCH"));
        (await SendAsync(HttpMethod.Put, "/api/segments/staff", """{"name":"Staff","conditions":{"mail":["a@example.com"]}}""", "\"2\"")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync("views", """{"mail":"b@example.com"}""")).ShouldBe(("off", "SPLIT"));

        var insiders = await SendAsync(HttpMethod.Get, "/api/segments/insiders");
        insiders.Json.GetProperty("uses").EnumerateArray().ShouldHaveSingleItem().GetProperty("flag").GetString().ShouldBe("views");
        (await SendAsync(HttpMethod.Delete, "/api/segments/insiders", ifMatch: "\"1\"")).Code.ShouldBe("segment_in_use");
        (await SendAsync(HttpMethod.Delete, "/api/segments/staff", ifMatch: "\"3\"")).Code.ShouldBe("segment_in_use");
        await server.GivenAsync("views", new([], Athena.Dashboard.Platform.Kernel.Percentage.Zero, []));
        (await SendAsync(HttpMethod.Delete, "/api/segments/insiders", ifMatch: "\"1\"")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(HttpMethod.Delete, "/api/segments/staff", ifMatch: "\"3\"")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_prerequisite_takes_its_flag_along_and_never_comes_back_to_itself()
    {
        await server.GivenAsync("base");
        await server.GivenAsync("above");
        (await NeedsAsync("above", "base", version: 2)).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync("above", "{}")).ShouldBe(("on", "TARGETING_MATCH"));
        (await NeedsAsync("base", "above", version: 2)).Json.GetProperty("errors")[0].GetProperty("found").GetString().ShouldBe("base → above → base");
        (await NeedsAsync("base", "nowhere", version: 2)).Json.GetProperty("errors")[0].GetProperty("place").GetString().ShouldBe("prerequisites[0].flag");
        (await SendAsync(HttpMethod.Put, "/api/flags/above/environments/production", Needs("base", "off"), "\"3\"")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await server.GivenAsync("base", on: false);
        (await AskAsync("above", "{}")).ShouldBe(("off", "UNKNOWN"));
        (await SendAsync(HttpMethod.Delete, "/api/flags/base", ifMatch: "\"1\"")).Code.ShouldBe("flag_needed");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_setting_is_told_at_once()
    {
        await server.GivenAsync("faulty");
        var refused = await SendAsync(HttpMethod.Put, "/api/flags/faulty/environments/production", """
            {"conditions":[{"attribute":"mail","operator":"matches","values":["(a)\\1"]},{"segment":"nowhere"},7],"percentage":10,"bucketBy":"",
             "rules":[{"conditions":[],"serve":{"variant":"red"}},{"name":"x"}],"serve":{"split":[{"variant":"on","weight":-1}]},"prerequisites":[{"flag":"none"}]}
            """, "\"2\"");
        refused.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("place").GetString()).ShouldBe(
        [
            "conditions[2]", "rules[1].serve", "conditions[0].values[0]", "conditions[1].segment", "rules[0].serve.variant",
            "serve.split[0].weight", "serve.split", "prerequisites[0].flag", "bucketBy",
        ]);
    }

    [Fact]
    public async Task Values_are_changed_after_creation_and_every_change_can_be_taken_back()
    {
        await SendAsync(HttpMethod.Post, "/api/flags", """{"key":"banner","name":"Banner","type":"experimental","variants":{"off":{"c":"none"},"red":{"c":"r"}}}""");
        await server.GivenAsync("banner");
        const string Values = """{"variants":{"off":{"c":"none"},"red":{"c":"crimson"},"blue":{"c":"b"}},"payloads":{"red":{"rank":1}},"reason":"brand","confirmation":"production"}""";
        (await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", Values)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", Values, "\"9\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", Values.Replace("\"production\"", "null", StringComparison.Ordinal), "\"1\"")).Code.ShouldBe("confirmation_missing");
        (await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", """{"variants":{"off":{"c":"none"},"blue":{"c":"b"}},"payloads":{"gone":{}},"reason":"brand"}""", "\"1\"")).Code.ShouldBe("flag_invalid");
        (await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", """{"variants":{"off":{"c":"none"},"blue":{"c":"b"}},"reason":"brand"}""", "\"1\"")).Code.ShouldBe("variants_in_use");
        var changed = await SendAsync(HttpMethod.Put, "/api/flags/banner/variants", Values, "\"1\"");
        changed.Json.GetProperty("variants").GetProperty("red").GetProperty("c").GetString().ShouldBe("crimson", changed.Json.ToString());
        var answer = (await PostAsync(client, All + "/banner", "{}")).Json;
        (answer.GetProperty("value").GetProperty("c").GetString(), answer.GetProperty("metadata").GetProperty("rank").GetInt32()).ShouldBe(("crimson", 1));

        await SendAsync(HttpMethod.Put, "/api/flags/banner", """{"name":"The banner","owner":"design","reason":"it has one"}""", "\"2\"");
        var history = (await SendAsync(HttpMethod.Get, "/api/flags/banner/history")).Json.EnumerateArray().ToDictionary(entry => entry.GetProperty("what").GetString()!, entry => entry.GetProperty("sequence").GetInt64());
        (await SendAsync(HttpMethod.Post, "/api/flags/banner/reversions", $$"""{"sequence":{{history["FlagVariantsChanged"]}},"reason":"x"}""")).Code.ShouldBe("confirmation_missing");
        var back = await SendAsync(HttpMethod.Post, "/api/flags/banner/reversions", $$"""{"sequence":{{history["FlagVariantsChanged"]}},"reason":"x","confirmation":"production"}""");
        back.Json.GetProperty("variants").EnumerateObject().Select(variant => variant.Name).ShouldBe(["off", "red"]);
        back.Json.GetProperty("owner").GetString().ShouldBe("design", "what came after stays");
        (await SendAsync(HttpMethod.Post, "/api/flags/banner/reversions", $$"""{"sequence":{{history["FlagChanged"]}}}""")).Json.GetProperty("name").GetString().ShouldBe("Banner");
        (await SendAsync(HttpMethod.Post, "/api/flags/banner/reversions", $$"""{"sequence":{{history["FlagChanged"]}}}""")).Code.ShouldBe("changed_since");
        (await PostAsync(client, All + "/banner", "{}")).Json.GetProperty("value").GetProperty("c").GetString().ShouldBe("r");
    }

    [Fact]
    public async Task When_a_flag_was_last_evaluated_is_told_and_reminders_are_put_off()
    {
        await SendAsync(HttpMethod.Post, "/api/flags", """{"key":"asked","name":"Asked","type":"release"}""");
        await server.GivenAsync("asked");
        (await SendAsync(HttpMethod.Get, "/api/flags/asked/evaluations")).Json.GetProperty("last").GetProperty("production").ValueKind.ShouldBe(JsonValueKind.Null);
        await PostAsync(client, All + "/asked", "{}");
        await server.Server.Get<Athena.Dashboard.Flags.FlagEvaluations>().StoreAsync(all: false, CancellationToken.None);
        var last = (await SendAsync(HttpMethod.Get, "/api/flags/asked/evaluations")).Json.GetProperty("last");
        (last.GetProperty("production").ValueKind, last.GetProperty("staging").ValueKind).ShouldBe((JsonValueKind.String, JsonValueKind.Null));
        (await SendAsync(HttpMethod.Post, "/api/flags/asked/snoozes", """{"days":0}""")).Code.ShouldBe("snooze_invalid");
        (await SendAsync(HttpMethod.Post, "/api/flags/nothing/snoozes", """{"days":3}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(HttpMethod.Post, "/api/flags/asked/snoozes", """{"days":3,"reason":"not yet"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, "/api/flags/asked/removal")).Json.GetProperty("reminders").GetProperty("snoozedUntil").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task A_segments_history_says_what_changed_and_a_change_is_taken_back_as_it_would_be_made()
    {
        await SendAsync(HttpMethod.Post, "/api/segments", """{"key":"crew","name":"Crew","conditions":{"mail":["a","b"]},"reason":"test"}""");
        await server.GivenAsync("bridge");
        (await SendAsync(HttpMethod.Put, "/api/flags/bridge/environments/production", """{"conditions":[{"segment":"crew"}],"percentage":100,"reason":"test","confirmation":"production","override":true}""", "\"2\"")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Put, "/api/segments/crew", """{"name":"Crew","conditions":{"mail":["a"]},"reason":"left"}""", "\"1\"")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Put, "/api/segments/crew", """{"name":"The crew","conditions":{"mail":["a"]},"reason":"name"}""", "\"2\"")).Status.ShouldBe(HttpStatusCode.OK);
        var history = (await SendAsync(HttpMethod.Get, "/api/segments/crew/history")).Json.EnumerateArray().ToArray();
        history.Select(entry => entry.GetProperty("reason").GetString()).ShouldBe(["name", "left", "test"]);
        history[1].GetProperty("differences").EnumerateArray().ShouldHaveSingleItem().GetProperty("member").GetString().ShouldBe("conditions");
        long[] numbers = [.. history.Select(entry => entry.GetProperty("sequence").GetInt64())];
        // Taking back that somebody left exposes them again, in production.
        (await SendAsync(HttpMethod.Post, "/api/segments/crew/reversions", $$"""{"sequence":{{numbers[1]}},"reason":"back"}""")).Code.ShouldBe("confirmation_missing");
        var back = await SendAsync(HttpMethod.Post, "/api/segments/crew/reversions", $$"""{"sequence":{{numbers[1]}},"reason":"back","confirmation":"production"}""");
        (back.Json.GetProperty("name").GetString(), back.Json.GetProperty("conditions").GetProperty("mail").GetArrayLength()).ShouldBe(("The crew", 2), back.Json.ToString());
        (await SendAsync(HttpMethod.Post, "/api/segments/crew/reversions", $$"""{"sequence":{{numbers[1]}},"reason":"again","confirmation":"production"}""")).Code.ShouldBe("changed_since");
        (await SendAsync(HttpMethod.Post, "/api/segments/crew/reversions", $$"""{"sequence":{{numbers[2]}},"reason":"x"}""")).Code.ShouldBe("not_revertible");
        (await SendAsync(HttpMethod.Post, "/api/segments/other/reversions", $$"""{"sequence":{{numbers[1]}},"reason":"x"}""")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private Task<Answered> NeedsAsync(string flag, string other, int version) =>
        SendAsync(HttpMethod.Put, $"/api/flags/{flag}/environments/production", Needs(other, "on"), $"\"{version}\"");

    private static string Needs(string other, string variant) =>
        $$"""{"conditions":{},"percentage":100,"prerequisites":[{"flag":"{{other}}","variant":"{{variant}}"}],"reason":"test","confirmation":"production","override":true}""";

    private async Task<(string? Variant, string? Reason)> AskAsync(string key, string context)
    {
        var answer = (await PostAsync(client, $"{All}/{key}", $$"""{"context":{{context}}}""")).Json;
        return (Text(answer, "variant"), Text(answer, "reason"));
    }

    private async Task<Answered> SendAsync(HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await admin.SendAsync(request);
        return new Answered(response.StatusCode, response.StatusCode == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private sealed record Answered(HttpStatusCode Status, JsonElement Json)
    {
        public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;
    }
}
