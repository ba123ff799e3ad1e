using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>The protocol as its clients read it.</summary>
public sealed class OfrepTests
{
    private const string All = "/ofrep/v1/evaluate/flags";
    private static readonly FlagSettings Everybody = new([], Percentage.Hundred, []);

    [Fact]
    public async Task One_flag_is_answered_with_value_variant_and_reason()
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync(Key);
        await server.GivenAsync("split", Everybody with { Percentage = Percentage.From(50) });
        using var client = await server.ClientAsync();
        var answer = await PostAsync(client, $"{All}/{Key}", """{"context":{"targetingKey":"u"}}""");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Type.ShouldBe("application/json; charset=utf-8");
        ShouldBeSuccess(answer.Json);
        (Text(answer.Json, "key"), Text(answer.Json, "reason"), Text(answer.Json, "variant")).ShouldBe((Key, "STATIC", "on"));
        answer.Json.GetProperty("value").GetBoolean().ShouldBeTrue();
        ShouldBeSuccess((await PostAsync(client, $"{All}/split", """{"context":{"targetingKey":"u"}}""")).Json);
    }

    [Theory]
    [InlineData("nowhere", "{}", 404, "FLAG_NOT_FOUND")]
    [InlineData("split", "{}", 400, "TARGETING_KEY_MISSING")]
    [InlineData("split", """{"context":{}}""", 400, "TARGETING_KEY_MISSING")]
    [InlineData("split", """{"context":{"targetingKey":1}}""", 400, "INVALID_CONTEXT")]
    [InlineData("split", """{"context":"x"}""", 400, "INVALID_CONTEXT")]
    [InlineData("split", "", 400, "PARSE_ERROR")]
    [InlineData("split", "nonsense", 400, "PARSE_ERROR")]
    [InlineData("split", """{"context":{"targetingKey":"u"}""", 400, "PARSE_ERROR")]
    public async Task A_failure_of_one_flag_names_the_flag_and_the_code(string key, string body, int status, string code)
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync("split", Everybody with { Percentage = Percentage.From(50) });
        using var client = await server.ClientAsync();
        var answer = await PostAsync(client, $"{All}/{key}", body);
        ((int)answer.Status).ShouldBe(status);
        ShouldBeFailure(answer.Json, code);
        Text(answer.Json, "key").ShouldBe(key);
        if (status == 404) return;
        var all = await PostAsync(client, All, body);
        if (code == "TARGETING_KEY_MISSING")
        {
            all.Status.ShouldBe(HttpStatusCode.OK);
            ShouldBeFailure(all.Json.GetProperty("flags").EnumerateArray().Single(), code);
        }
        else
        {
            all.Status.ShouldBe(HttpStatusCode.BadRequest);
            Text(all.Json, "errorCode").ShouldBe(code);
        }
    }

    [Fact]
    public async Task All_flags_are_answered_and_one_failing_does_not_fail_the_others()
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync("a-on");
        await server.GivenAsync("b-off", on: false);
        await server.GivenAsync("c-split", Everybody with { Percentage = Percentage.From(50) });
        await server.GivenAsync("d-elsewhere", environment: "staging");
        using var client = await server.ClientAsync();
        var flags = (await PostAsync(client, All, "{}")).Json.GetProperty("flags").EnumerateArray().ToArray();
        flags.Select(flag => Text(flag, "key")).ShouldBe(["a-on", "b-off", "c-split", "d-elsewhere"]);
        flags.Select(flag => flag.TryGetProperty("reason", out var reason) ? reason.GetString() : null).ShouldBe(["STATIC", "DISABLED", null, "DISABLED"]);
        ShouldBeFailure(flags[2], "TARGETING_KEY_MISSING");
        flags[1].GetProperty("value").GetBoolean().ShouldBeFalse();
        using var staging = await server.ClientAsync(environment: "staging");
        (await PostAsync(staging, $"{All}/d-elsewhere", "{}")).Json.GetProperty("value").GetBoolean().ShouldBeTrue();
        (await PostAsync(staging, $"{All}/a-on", "{}")).Json.GetProperty("value").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task No_flags_are_an_empty_list()
    {
        await using var server = await FlagServer.StartAsync();
        using var client = await server.ClientAsync();
        (await PostAsync(client, All, "{}")).Json.GetProperty("flags").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_tag_covers_what_was_evaluated()
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync(Key, Everybody with { Conditions = [Is("userRole", "admin")] });
        using var client = await server.ClientAsync();
        const string Admin = """{"context":{"targetingKey":"u","userRole":"admin"}}""";
        const string Guest = """{"context":{"targetingKey":"u","userRole":"guest"}}""";
        var tag = (await PostAsync(client, All, Admin)).Tag.ShouldNotBeNull();
        (await PostAsync(client, All, Admin)).Tag.ShouldBe(tag);
        (await PostAsync(client, All, Admin, tag)).Status.ShouldBe(HttpStatusCode.NotModified);
        (await PostAsync(client, All, """{"context":{"userRole":"admin","other":7}}""", tag)).Status.ShouldBe(HttpStatusCode.NotModified);
        var guest = await PostAsync(client, All, Guest, tag);
        guest.Status.ShouldBe(HttpStatusCode.OK);
        guest.Tag.ShouldNotBe(tag);
        await server.GivenAsync(Key, on: false);
        (await PostAsync(client, All, Admin, tag)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"other\", W/\"more\", {0}", true)]
    [InlineData("*", true)]
    [InlineData("\"other\"", false)]
    [InlineData("nonsense", false)]
    public async Task If_none_match_is_a_list_compared_weakly(string header, bool matches)
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        var tag = (await PostAsync(client, All, "{}")).Tag!;
        var answer = await PostAsync(client, All, "{}", header.Replace("{0}", tag, StringComparison.Ordinal));
        answer.Status.ShouldBe(matches ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        answer.Tag.ShouldBe(tag);
        if (matches) answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_is_needed_and_has_to_be_for_evaluation()
    {
        await using var server = await FlagServer.StartAsync();
        await server.GivenAsync(Key);
        using var anonymous = server.Server.CreateClient();
        (await PostAsync(anonymous, All, "{}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var health = await server.ClientAsync("health:write");
        (await PostAsync(health, All, "{}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var everywhere = await server.ClientAsync(environment: null);
        var nowhere = await PostAsync(everywhere, $"{All}/{Key}", "{}");
        nowhere.Status.ShouldBe(HttpStatusCode.Forbidden);
        ShouldBeFailure(nowhere.Json, "GENERAL");
        using var named = server.Server.CreateClient();
        named.DefaultRequestHeaders.Add("X-API-Key", await server.KeyAsync());
        (await PostAsync(named, $"{All}/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back()
    {
        var clock = new FakeClock();
        await using var server = await FlagServer.StartAsync(clock, ("MostEvaluationsPerSecond", "3"));
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        for (var i = 0; i < 3; i++) (await PostAsync(client, $"{All}/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await PostAsync(client, $"{All}/{Key}", "{}");
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        using var other = await server.ClientAsync();
        (await PostAsync(other, $"{All}/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await PostAsync(client, $"{All}/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Oversized_and_bottomless_requests_are_refused_as_the_protocol_can_say_it()
    {
        await using var server = await FlagServer.StartAsync(null, ("MostContextBytes", "2048"));
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        var large = $$$"""{"context":{"a":"{{{new string('x', 3_000)}}}"}}""";
        ShouldBeFailure((await PostAsync(client, $"{All}/{Key}", large)).Json, "INVALID_CONTEXT");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, $"{All}/{Key}") { Content = new StringContent(large), Headers = { TransferEncodingChunked = true } };
        (await client.SendAsync(chunked)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var deep = $$$"""{"context":{"a":{{{new string('[', 500)}}}{{{new string(']', 500)}}}}}""";
        ShouldBeFailure((await PostAsync(client, $"{All}/{Key}", deep)).Json, "PARSE_ERROR");
        (await PostAsync(client, $"{All}/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Browsers_of_other_origins_may_ask_and_see_the_tag()
    {
        await using var server = await FlagServer.StartAsync();
        using var client = server.Server.CreateClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, All)
        {
            Headers =
            {
                { "Origin", "https://app.example.com" },
                { "Access-Control-Request-Method", "POST" },
                { "Access-Control-Request-Headers", "authorization,content-type,if-none-match,x-api-key" },
            },
        };
        var allowed = await client.SendAsync(preflight);
        allowed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        allowed.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        allowed.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(',').Length.ShouldBe(4);
        using var authorized = await server.ClientAsync();
        authorized.DefaultRequestHeaders.Add("Origin", "https://app.example.com");
        using var answer = await authorized.PostAsync(All, new StringContent("{}"));
        answer.Headers.GetValues("Access-Control-Expose-Headers").Single().ShouldContain("ETag");
        // A refused key has to look like one and not like a dead server.
        authorized.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        using var refused = await authorized.PostAsync(All, new StringContent("{}"));
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
    }

    [Fact]
    public async Task Values_of_any_type_come_through()
    {
        await using var server = await FlagServer.StartAsync();
        JsonValue.TryParse("""{"limit":5,"names":["a","ü"]}""", out var large).ShouldBeTrue();
        JsonValue.TryParse("""{"limit":0,"names":[]}""", out var small).ShouldBeTrue();
        await server.GivenAsync("limits", variants: [new(Variant.On, large), new(Variant.Off, small)]);
        using var client = await server.ClientAsync();
        var value = (await PostAsync(client, $"{All}/limits", "{}")).Json.GetProperty("value");
        value.GetProperty("limit").GetInt32().ShouldBe(5);
        value.GetProperty("names")[1].GetString().ShouldBe("ü");
    }

    internal static async Task<Answer> PostAsync(HttpClient client, string path, string body, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await client.SendAsync(request);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.ETag?.ToString(),
            response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>What the protocol's schema allows in a success, with the value's branches read as anyOf.</summary>
    private static void ShouldBeSuccess(JsonElement item)
    {
        item.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(["key", "reason", "value", "variant", "metadata"]);
        Text(item, "key").ShouldNotBeNullOrEmpty();
        Text(item, "reason").ShouldBeOneOf("STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN");
    }

    private static void ShouldBeFailure(JsonElement item, string code)
    {
        item.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(["key", "errorCode", "errorDetails", "metadata"]);
        Text(item, "key").ShouldNotBeNullOrEmpty();
        Text(item, "errorCode").ShouldBe(code);
        Text(item, "errorDetails").ShouldNotBeNullOrEmpty();
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    internal sealed record Answer(HttpStatusCode Status, string? Type, string? Tag, TimeSpan? RetryAfter, string Body)
    {
        public JsonElement Json { get; } = Body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(Body);
    }
}
