using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

public sealed class FlagApiTests(SharedFlagServer shared) : IClassFixture<SharedFlagServer>
{
    private readonly FlagServer server = shared.Flags;

    [Fact]
    public async Task A_flag_goes_from_creation_to_deletion_over_the_api()
    {
        using var client = await server.ClientAsync("admin", environment: null);
        var created = await SendAsync(client, HttpMethod.Post, "/api/flags", """{"key":"views","name":"Views","type":"release","releaseId":"1.2.0"}""");
        created.Status.ShouldBe(HttpStatusCode.Created);
        created.Location.ShouldBe("/api/flags/views");
        created.Json.GetProperty("variants").GetProperty("on").GetBoolean().ShouldBeTrue();
        created.Json.GetProperty("environments").GetArrayLength().ShouldBe(3);

        const string Production = "/api/flags/views/environments/production";
        (await SendAsync(client, HttpMethod.Post, Production + "/switches", """{"on":true,"reason":"launch"}""")).Code.ShouldBe("confirmation_missing");
        var on = await SendAsync(client, HttpMethod.Post, Production + "/switches", """{"on":true,"reason":"launch","confirmation":"production","override":true}""", "\"1\"");
        (on.Status, on.Tag).ShouldBe((HttpStatusCode.OK, "\"2\""));

        const string Setting = """
            {"conditions":{"userRole":["admin"],"userTier":["pro"]},"percentage":0.1,"audience":["team"],
             "schedule":{"disabledAt":"2099-01-01T00:00:00Z"},"reason":"narrow","confirmation":"production","override":true}
            """;
        (await SendAsync(client, HttpMethod.Put, Production, Setting)).Code.ShouldBe("version_required");
        (await SendAsync(client, HttpMethod.Put, Production, Setting, "\"1\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        var edited = await SendAsync(client, HttpMethod.Put, Production, Setting, "\"2\"");
        edited.Status.ShouldBe(HttpStatusCode.OK);
        edited.Json.GetProperty("percentage").GetDecimal().ShouldBe(0.1m);
        edited.Json.GetProperty("conditions").GetProperty("userTier")[0].GetString().ShouldBe("pro");

        var why = await SendAsync(client, HttpMethod.Post, Production + "/explanations", """{"context":{"targetingKey":"u","userRole":"admin"}}""");
        why.Json.GetProperty("decider").GetString().ShouldBe("conditions");
        why.Json.GetProperty("steps").GetArrayLength().ShouldBe(3);
        var history = await SendAsync(client, HttpMethod.Get, "/api/flags/views/history");
        history.Json.EnumerateArray().Last().GetProperty("what").GetString().ShouldBe("FlagCreated");

        (await SendAsync(client, HttpMethod.Put, "/api/flags/views", """{"name":"Better views","reason":"clearer"}""", "\"1\"")).Json.GetProperty("name").GetString().ShouldBe("Better views");
        (await SendAsync(client, HttpMethod.Delete, "/api/flags/views", ifMatch: "\"2\"")).Code.ShouldBe("flag_in_use");
        (await SendAsync(client, HttpMethod.Post, Production + "/switches", """{"on":false}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, HttpMethod.Delete, "/api/flags/views?reason=done", ifMatch: "\"2\"")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(client, HttpMethod.Get, "/api/flags/views")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"key":"-","name":"","type":"release"}""", "flag_invalid", 2)]
    [InlineData("""{"key":"a","name":"a","type":"other"}""", "malformed_json", 1)]
    [InlineData("""{"key":"a","name":"a","type":"release","surprise":1}""", "malformed_json", 1)]
    [InlineData("""{"key":"a","name":"a"}""", "malformed_json", 1)]
    [InlineData("""{"key":"a","name":"a","type":"release","variants":{"on":1,"off":"x"}}""", "flag_invalid", 1)]
    [InlineData("""{"key":"a","name":"a","type":"release","variants":{"off":1}}""", "flag_invalid", 1)]
    [InlineData("{", "malformed_json", 1)]
    public async Task Bad_input_is_refused_with_code_and_place(string body, string code, int faults)
    {
        using var client = await server.ClientAsync("admin", environment: null);
        var answer = await SendAsync(client, HttpMethod.Post, "/api/flags", body);
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.BadRequest, code));
        answer.Json.GetProperty("errors").GetArrayLength().ShouldBe(faults);
        (await SendAsync(client, HttpMethod.Get, "/api/flags/a")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"conditions":{},"percentage":100.1}""")]
    [InlineData("""{"conditions":{},"percentage":-1}""")]
    [InlineData("""{"conditions":{},"percentage":0.0001}""")]
    [InlineData("""{"conditions":{},"percentage":"10"}""")]
    [InlineData("""{"conditions":{}}""")]
    [InlineData("""{"conditions":{"userRole":[]},"percentage":10}""")]
    [InlineData("""{"conditions":{"userRole":null},"percentage":10}""")]
    [InlineData("""{"conditions":{"userRole":[{}]},"percentage":10}""")]
    [InlineData("""{"conditions":{"":["x"]},"percentage":10}""")]
    [InlineData("""{"conditions":{},"percentage":10,"fallback":"maybe"}""")]
    [InlineData("""{"conditions":{},"percentage":10,"schedule":{"enabledAt":"2001-01-01T00:00:00Z"}}""")]
    [InlineData("""{"conditions":{},"percentage":10,"schedule":{"enabledAt":"soon"}}""")]
    public async Task A_setting_that_makes_no_sense_is_refused(string body)
    {
        await server.GivenAsync(Key, on: false, environment: "development");
        using var client = await server.ClientAsync("admin", environment: null);
        var answer = await SendAsync(client, HttpMethod.Put, $"/api/flags/{Key}/environments/development", body, "\"1\"");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("errors").GetArrayLength().ShouldBeGreaterThan(0);
        (await SendAsync(client, HttpMethod.Get, $"/api/flags/{Key}/environments/development")).Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        await server.GivenAsync(Key);
        using var anonymous = server.Server.CreateClient();
        (await SendAsync(anonymous, HttpMethod.Get, "/api/flags")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var reader = await server.ClientAsync("read");
        (await SendAsync(reader, HttpMethod.Get, "/api/flags")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(reader, HttpMethod.Post, "/api/flags", """{"key":"a","name":"a","type":"release"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(reader, HttpMethod.Post, $"/api/flags/{Key}/environments/production/switches", """{"on":false}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(reader, HttpMethod.Delete, $"/api/flags/{Key}", ifMatch: "\"1\"")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var elsewhere = await server.ClientAsync("admin", environment: "staging");
        (await SendAsync(elsewhere, HttpMethod.Post, $"/api/flags/{Key}/environments/production/switches", """{"on":false}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<Answer> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await client.SendAsync(request);
        var json = response.Content.Headers.ContentLength is 0 || response.StatusCode == HttpStatusCode.NoContent
            ? default
            : await response.Content.ReadFromJsonAsync<JsonElement>();
        return new Answer(response.StatusCode, response.Headers.ETag?.ToString(), response.Headers.Location?.ToString(), json);
    }

    private sealed record Answer(HttpStatusCode Status, string? Tag, string? Location, JsonElement Json)
    {
        public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;
    }
}
