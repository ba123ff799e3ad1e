using System.Net;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Ofrep;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OfrepClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>Server-sent events as a browser reads them.</summary>
public sealed class FlagStreamTests
{
    private static readonly TimeSpan Longest = Wait.Patience;

    [Fact]
    public async Task A_change_is_told_and_a_missed_one_is_told_on_return()
    {
        await using var server = await FlagServer.StartAsync(new FakeClock());
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        var address = AddressIn((await PostAsync(client, All, "{}")).Json);
        string first;
        using (var stream = await OpenAsync(server, address))
        {
            stream.Type.ShouldBe("text/event-stream");
            // The flag was made a moment ago: who asked before that has to ask again.
            (await stream.NextAsync()).Data.ShouldNotBeNull();
            await server.GivenAsync(Key, on: false);
            var told = await stream.NextAsync();
            told.Data!.Value.GetProperty("type").GetString().ShouldBe("refetchEvaluation");
            told.Event.ShouldBe("message");
            first = told.Id.ShouldNotBeNull();
        }

        using (var back = await OpenAsync(server, address, first)) (await back.NextAsync()).Data.ShouldBeNull("nothing was missed");
        await server.GivenAsync(Key);
        using var late = await OpenAsync(server, address, first);
        (await late.NextAsync()).Id.ShouldNotBe(first);
        using var other = await server.ClientAsync(environment: "staging");
        using var elsewhere = await OpenAsync(server, AddressIn((await PostAsync(other, All, "{}")).Json));
        var opening = await elsewhere.NextAsync();
        await server.GivenAsync(Key, on: false);
        await server.GivenAsync("another", environment: "staging");
        // The first message is of the flag that was made there: what production does is not told to staging.
        var number = int.Parse(opening.Id!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
        (await elsewhere.NextAsync()).Id.ShouldBe($"{opening.Id.Split('-')[0]}-{number + 1}");
    }

    [Fact]
    public async Task A_token_expires_without_another_tag_and_the_client_finds_its_way_back()
    {
        var clock = new FakeClock();
        await using var server = await FlagServer.StartAsync(clock, ("StreamTokenMinutes", "10"));
        await server.GivenAsync(Key);
        using var client = await server.ClientAsync();
        var before = await PostAsync(client, All, "{}");
        clock.Advance(TimeSpan.FromMinutes(11));
        var after = await PostAsync(client, All, "{}");
        AddressIn(after.Json).ShouldNotBe(AddressIn(before.Json));
        after.Tag.ShouldBe(before.Tag);

        // The old address opens once more, to say that there is a new one.
        using var expired = await OpenAsync(server, AddressIn(before.Json));
        var renew = await expired.NextAsync();
        var tag = renew.Data!.Value.GetProperty("etag").GetString()!;
        (await PostAsync(client, All, "{}", before.Tag)).Status.ShouldBe(HttpStatusCode.NotModified);
        (await PostAsync(client, $"{All}?flagConfigEtag={tag}", "{}", before.Tag)).Status.ShouldBe(HttpStatusCode.OK);
        using var again = await OpenAsync(server, AddressIn(before.Json), renew.Id);
        again.Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var fresh = await OpenAsync(server, AddressIn(after.Json));
        fresh.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_node_that_has_not_heard_of_the_change_answers_with_it_all_the_same_or_says_that_it_is_behind()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var one = new FlagServer(await AthenaServer.StartAsync(database));
        await one.GivenAsync(Key);
        // How long it waits before it says that it is behind is told by a clock that stands, so that a busy machine has all the time it needs.
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var other = new FlagServer(await AthenaServer.StartAsync(
            database, clock, builder => builder.Configuration[$"{FlagOptions.Section}:{nameof(FlagOptions.RefetchWaitSeconds)}"] = "1"));
        // Its notice is so late that it never comes.
        await other.Server.Services.GetServices<IHostedService>().OfType<FlagRefresher>().Single().StopAsync(CancellationToken.None);
        using var client = await other.ClientAsync();
        var before = await PostAsync(client, All, "{}");
        Value(before).ShouldBeTrue();
        await one.Server.Get<KeyRing>().RefreshAsync(CancellationToken.None);
        using var stream = await OpenAsync(one, AddressIn(before.Json));
        stream.Status.ShouldBe(HttpStatusCode.OK);
        await stream.NextAsync();

        await one.GivenAsync(Key, on: false);
        var told = await stream.ToldAsync();
        (await PostAsync(client, All, "{}", before.Tag)).Status.ShouldBe(HttpStatusCode.NotModified, "the node has not heard of it");
        var after = await PostAsync(client, $"{All}?flagConfigEtag={told}", "{}", before.Tag);
        Value(after).ShouldBeFalse();
        after.Tag.ShouldNotBe(before.Tag);
        // And from then on it knows.
        (await PostAsync(client, All, "{}", after.Tag)).Status.ShouldBe(HttpStatusCode.NotModified);

        await one.GivenAsync(Key);
        told = await stream.ToldAsync();
        await using (var locked = new NpgsqlConnection(database.Options.PostgreSql))
        {
            await locked.OpenAsync();
            await using var transaction = await locked.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("LOCK TABLE platform_events IN ACCESS EXCLUSIVE MODE", locked, transaction);
            await command.ExecuteNonQueryAsync();
            var asked = PostAsync(client, $"{All}?flagConfigEtag={told}", "{}", after.Tag);
            await Wait.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return asked.IsCompleted;
            });
            var behind = await asked;
            (behind.Status, Value(behind), behind.Tag).ShouldBe((HttpStatusCode.OK, false, null));
            behind.Json.GetProperty("metadata").GetProperty("configurationBehind").GetBoolean().ShouldBeTrue();
            AddressIn(behind.Json).ShouldNotBeEmpty();
        }

        var caughtUp = await PostAsync(client, $"{All}?flagConfigEtag={told}", "{}", after.Tag);
        Value(caughtUp).ShouldBeTrue();
        caughtUp.Tag.ShouldBe(before.Tag);
        // A number that nobody was given keeps nobody waiting.
        (await PostAsync(client, $"{All}?flagConfigEtag={long.MaxValue}", "{}", before.Tag)).Status.ShouldBe(HttpStatusCode.NotModified);

        static bool Value(OfrepClient.Answer answer) => answer.Json.GetProperty("flags")[0].GetProperty("value").GetBoolean();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=nonsense")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_stream_needs_a_token_that_was_issued_here(string query)
    {
        await using var server = await FlagServer.StartAsync();
        using var stream = await OpenAsync(server, "/ofrep/v1/events" + query);
        stream.Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_silent_stream_says_that_it_lives_and_too_many_are_refused()
    {
        var clock = new FakeClock();
        await using var server = await FlagServer.StartAsync(clock, ("MostStreams", "1"));
        using var client = await server.ClientAsync();
        var address = AddressIn((await PostAsync(client, All, "{}")).Json);
        using var stream = await OpenAsync(server, address);
        await stream.NextAsync();
        using (var second = await OpenAsync(server, address)) ((int)second.Status).ShouldBe(429);
        clock.Advance(TimeSpan.FromSeconds(20));
        (await stream.LineAsync()).ShouldBe(": alive");
        server.Server.Get<FlagStreams>().Open.ShouldBe(1);
    }

    [Fact]
    public async Task A_revoked_key_and_one_that_expires_end_their_streams_without_waiting_for_a_sign_of_life()
    {
        var clock = new FakeClock();
        await using var server = await FlagServer.StartAsync(clock, ("StreamKeepAliveSeconds", "300"));
        var begun = clock.GetUtcNow();
        var keys = server.Server.Get<KeyService>();
        var revoked = (await keys.CreateAsync(new KeyRequest("a", ["flags:evaluate"], "production", null), Actor.System("test"), default)).Value;
        var expiring = (await keys.CreateAsync(new KeyRequest("b", ["flags:evaluate"], "production", clock.GetUtcNow().AddSeconds(30)), Actor.System("test"), default)).Value;
        using var first = await OpenForAsync(server, revoked.Key);
        using var second = await OpenForAsync(server, expiring.Key);

        (await keys.RevokeAsync(revoked.Id, Actor.System("test"), default)).IsAccepted.ShouldBeTrue();
        await first.EndedAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        var ended = second.EndedAsync();
        await Wait.UntilAsync(() =>
        {
            // Once a second somebody looks whose time is over, from when he has begun to; a sign of life would take five minutes.
            if (clock.GetUtcNow() < begun.AddSeconds(100)) clock.Advance(TimeSpan.FromSeconds(1));
            return ended.IsCompleted;
        });
        await ended;
    }

    private static async Task<Stream> OpenForAsync(FlagServer server, string key)
    {
        using var client = server.Server.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        var stream = await OpenAsync(server, AddressIn((await PostAsync(client, All, "{}")).Json));
        stream.Status.ShouldBe(HttpStatusCode.OK);
        await stream.NextAsync();
        return stream;
    }

    private static string AddressIn(JsonElement reply) => reply.GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;

    private static async Task<Stream> OpenAsync(FlagServer server, string address, string? last = null)
    {
        var client = server.Server.CreateClient();
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new Stream(client, response, new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    private sealed record Stream(HttpClient Client, HttpResponseMessage Response, StreamReader Reader) : IDisposable
    {
        public HttpStatusCode Status => Response.StatusCode;

        public string? Type => Response.Content.Headers.ContentType?.ToString();

        public async Task<string?> LineAsync()
        {
            using var limit = new CancellationTokenSource(Longest);
            return await Reader.ReadLineAsync(limit.Token);
        }

        public async Task EndedAsync()
        {
            while (await LineAsync() is not null)
            {
            }
        }

        /// <summary>The next block, up to an empty line.</summary>
        public async Task<Message> NextAsync()
        {
            var message = new Message(null, null, null);
            while (await LineAsync() is { Length: > 0 } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) message = message with { Id = line[4..] };
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) message = message with { Event = line[7..] };
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) message = message with { Data = JsonSerializer.Deserialize<JsonElement>(line[6..]) };
            }

            return message;
        }

        /// <summary>The tag of the next message, past signs of life.</summary>
        public async Task<string> ToldAsync()
        {
            while (await LineAsync() is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonSerializer.Deserialize<JsonElement>(line[6..]).GetProperty("etag").GetString()!;
            }

            throw new InvalidOperationException("The stream has ended.");
        }

        public void Dispose()
        {
            Reader.Dispose();
            Response.Dispose();
            Client.Dispose();
        }
    }

    private sealed record Message(string? Id, string? Event, JsonElement? Data);
}
