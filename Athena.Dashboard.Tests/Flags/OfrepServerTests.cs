using System.Net;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>What needs a server of its own: all flags at once, and limits.</summary>
public sealed class OfrepServerTests
{
    private static readonly FlagSettings Everybody = new([], Percentage.Hundred, []);

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
}
