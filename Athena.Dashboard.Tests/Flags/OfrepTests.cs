using System.Net;
using System.Net.Http.Headers;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>The protocol as its clients read it.</summary>
public sealed class OfrepTests(SharedFlagServer shared) : IClassFixture<SharedFlagServer>
{
    private static readonly FlagSettings Everybody = new([], Percentage.Hundred, []);
    private readonly FlagServer server = shared.Flags;

    [Fact]
    public async Task One_flag_is_answered_with_value_variant_and_reason()
    {
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
            ShouldBeFailure(all.Json.GetProperty("flags").EnumerateArray().Single(flag => Text(flag, "key") == key), code);
        }
        else
        {
            all.Status.ShouldBe(HttpStatusCode.BadRequest);
            Text(all.Json, "errorCode").ShouldBe(code);
        }
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
    public async Task Browsers_of_other_origins_may_ask_and_see_the_tag()
    {
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
    public async Task An_address_that_ends_in_a_slash_works_too()
    {
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        (await PostAsync(client, $"{server.Server.Address}/ofrep/v1/evaluate/flags/{Key}", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Values_of_any_type_come_through()
    {
        JsonValue.TryParse("""{"limit":5,"names":["a","ü"]}""", out var large).ShouldBeTrue();
        JsonValue.TryParse("""{"limit":0,"names":[]}""", out var small).ShouldBeTrue();
        await server.GivenAsync("limits", variants: [new(Variant.On, large), new(Variant.Off, small)]);
        using var client = await server.ClientAsync();
        var value = (await PostAsync(client, $"{All}/limits", "{}")).Json.GetProperty("value");
        value.GetProperty("limit").GetInt32().ShouldBe(5);
        value.GetProperty("names")[1].GetString().ShouldBe("ü");
    }
}
