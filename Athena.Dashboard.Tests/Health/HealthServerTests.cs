using System.Collections;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Live;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Health;

public sealed class HealthServerTests
{
    private const string Production = "key-for-production-0123456789abcdef";
    private const string Staging = "key-for-staging-0123456789abcdefghi";
    private const string Everywhere = "key-for-everywhere-0123456789abcdef";
    private const string Reader = "key-that-reads-0123456789abcdef0123";

    [Fact]
    public async Task A_batch_with_a_key_that_may_write_is_taken_once()
    {
        await using var server = await StartAsync();
        var json = Json("b1", server);

        var first = await PostAsync(server, json);
        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await first.Content.ReadFromJsonAsync<JsonElement>()).GetRawText().ShouldBe($$"""{"status":"taken","rolloutId":"{{HealthBuilders.Rollout.RolloutId}}","points":2}""");
        (await (await PostAsync(server, json)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString().ShouldBe("duplicate");
        server.Get<IHealthSources>().Freshness(HealthBuilders.Rollout.RolloutId, TimeProvider.System.GetUtcNow()).Instances.ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_right_key_nothing_is_taken()
    {
        await using var server = await StartAsync();
        (await PostAsync(server, Json("b", server), key: null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(server, Json("b", server), key: "nonsense")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(server, Json("b", server), Reader)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await ProblemAsync(await PostAsync(server, Json("b", server), Everywhere), HttpStatusCode.BadRequest, "key_without_environment");
        server.Get<HealthMeters>().All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bad_input_is_answered_with_a_code_and_every_fault()
    {
        await using var server = await StartAsync();
        (await ProblemAsync(await PostAsync(server, "{ \"batchId\": 7, \"arms\": {} }"), HttpStatusCode.BadRequest, "invalid_batch"))
            .GetProperty("errors").EnumerateArray().Select(item => item.GetProperty("place").GetString())
            .ShouldBe(["batchId", "instance", "from", "to", "arms", "rolloutId"], ignoreOrder: true);
        await ProblemAsync(await PostAsync(server, "{"), HttpStatusCode.BadRequest, "malformed_json");
        await ProblemAsync(await PostAsync(server, Json("b", server, flag: "other")), HttpStatusCode.BadRequest, "rollout_unknown");
        await ProblemAsync(await PostAsync(server, Json(new string('x', 70_000), server)), HttpStatusCode.RequestEntityTooLarge, "too_large");
        var html = await ProblemAsync(await PostAsync(server, Json("b", server, flag: "<script>alert(1)</script>")), HttpStatusCode.BadRequest, "rollout_unknown");
        html.GetProperty("errors")[0].GetProperty("found").GetString().ShouldBe("<script>alert(1)</script>");
        server.Get<HealthMeters>().All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "exposed": { "requests": NaN } }""", "malformed_json", "line 1, column ", null)]
    [InlineData("""{ "exposed": { "requests": -1 } }""", "invalid_batch", "arms.exposed.requests", "-1")]
    [InlineData("""{ "exposed": { "requests": 1e30 } }""", "invalid_batch", "arms.exposed.requests", "1e30")]
    [InlineData("""{ "exposed": { "requests": 1.5 } }""", "invalid_batch", "arms.exposed.requests", "1.5")]
    [InlineData("""{ "exposed": { "requests": "100" } }""", "invalid_batch", "arms.exposed.requests", "\"100\"")]
    [InlineData("""{ "exposed": { "requests": 1, "latency": { "sumMs": "NaN" } } }""", "invalid_batch", "arms.exposed.latency.sumMs", "\"NaN\"")]
    [InlineData("""{ "exposed": { "counts": { "moonshine": 3 } } }""", "invalid_batch", "arms.exposed.counts.moonshine", null)]
    [InlineData("""{ "canary": { "requests": 1 } }""", "invalid_batch", "arms.canary", null)]
    public async Task A_number_that_cannot_be_is_refused_with_place_and_what_would_be_right(string arms, string code, string place, string? found)
    {
        await using var server = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var json = $$"""{ "batchId": "b", "instance": "api-1", "from": "{{now.AddSeconds(-10):O}}", "to": "{{now:O}}", "flag": "database-views-v2", "arms": {{arms}} }""";
        var error = (await ProblemAsync(await PostAsync(server, json), HttpStatusCode.BadRequest, code)).GetProperty("errors").EnumerateArray().ShouldHaveSingleItem();
        error.GetProperty("place").GetString().ShouldStartWith(place);
        error.GetProperty("found").GetString().ShouldBe(found);
        error.GetProperty("expected").GetString().ShouldNotBeNullOrEmpty();
        server.Get<HealthMeters>().All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 0, "to")]
    [InlineData(-10, 60, "to")]
    [InlineData(-10, -20, "to")]
    [InlineData(-8000, -7990, "to")]
    [InlineData(-400, 0, "to")]
    public async Task A_time_that_cannot_be_is_refused_with_place_and_what_would_be_right(int from, int to, string place)
    {
        await using var server = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var json = $$"""{ "batchId": "b", "instance": "api-1", "from": "{{now.AddSeconds(from):O}}", "to": "{{now.AddSeconds(to):O}}", "flag": "database-views-v2", "arms": { "exposed": { "requests": 1 } } }""";
        var error = (await ProblemAsync(await PostAsync(server, json), HttpStatusCode.BadRequest, "invalid_batch")).GetProperty("errors").EnumerateArray().ShouldHaveSingleItem();
        error.GetProperty("place").GetString().ShouldBe(place);
        error.GetProperty("found").GetString().ShouldNotBeNullOrEmpty();
        error.GetProperty("expected").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task What_a_batch_says_and_what_it_is_about_are_told_at_once_and_nothing_is_taken_by_halves()
    {
        await using var server = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var json = $$"""
            { "batchId": "b", "instance": "api-1", "from": "{{now.AddSeconds(-10):O}}", "to": "{{now.AddSeconds(90):O}}", "rolloutId": "{{Guid.Empty}}",
              "arms": { "exposed": { "requests": 10, "errors": 11 }, "control": { "requests": 900 } } }
            """;
        (await ProblemAsync(await PostAsync(server, json), HttpStatusCode.BadRequest, "invalid_batch")).GetProperty("errors").EnumerateArray()
            .Select(error => (error.GetProperty("place").GetString(), error.GetProperty("found").GetString()))
            .ShouldBe([("arms.exposed.errors", "11"), ("to", $"{now.AddSeconds(90):O}"), ("rolloutId", Guid.Empty.ToString())], ignoreOrder: true);
        server.Get<HealthMeters>().All.ShouldBeEmpty();
        await server.Get<HealthWriter>().FlushAsync();
        (await server.Get<HealthQueries>().ReadAsync(HealthBuilders.Rollout.RolloutId, now.AddHours(-1), now.AddHours(1), null, default)).Points.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_of_another_environment_may_not_report_for_the_rollout()
    {
        await using var server = await StartAsync();
        var byFlag = (await ProblemAsync(await PostAsync(server, Json("b", server), Staging), HttpStatusCode.BadRequest, "rollout_unknown")).GetProperty("errors")[0];
        (byFlag.GetProperty("place").GetString(), byFlag.GetProperty("found").GetString()).ShouldBe(("flag", "database-views-v2"));
        var byId = Json("b", server).Replace("\"flag\":\"database-views-v2\"", $"\"rolloutId\":\"{HealthBuilders.Rollout.RolloutId}\"", StringComparison.Ordinal);
        var problem = await ProblemAsync(await PostAsync(server, byId, Staging), HttpStatusCode.Forbidden, "forbidden");
        problem.GetProperty("errors")[0].GetProperty("place").GetString().ShouldBe("rolloutId");
        (await PostAsync(server, byId)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(10_000_000)]
    public async Task A_body_that_is_too_long_is_answered_and_hardly_read(int bytes)
    {
        await using var server = await StartAsync();
        var problem = await ProblemAsync(await PostAsync(server, "{ \"batchId\": \"" + new string('x', bytes) + "\" }"), HttpStatusCode.RequestEntityTooLarge, "too_large");
        var error = problem.GetProperty("errors")[0];
        (error.GetProperty("place").GetString(), error.GetProperty("expected").GetString()).ShouldBe(("body", "at most 65,536 bytes"));
        error.GetProperty("found").GetString()!.ShouldEndWith(" bytes");
        (await PostAsync(server, Json("b", server))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task One_key_has_its_limit_and_others_theirs()
    {
        // All of it in one second, however long it takes.
        await using var server = await StartAsync(new FakeClock(), ("MostBatchesPerSecond", "3"));
        for (var i = 0; i < 3; i++) (await PostAsync(server, Json($"b{i}", server))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var refused = await PostAsync(server, Json("b3", server));
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        await ProblemAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
        (await PostAsync(server, Json("other", server), Staging)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "the other key is not held up");
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_an_orderly_stop()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using (var server = await StartAsync(database))
        {
            for (var i = 0; i < 20; i++) (await PostAsync(server, Json($"b{i}", server))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        await using var again = await StartAsync(database);
        var meter = again.Get<HealthMeters>().Find(HealthBuilders.Rollout.RolloutId).ShouldNotBeNull();
        var now = TimeProvider.System.GetUtcNow();
        meter.Measure(now.AddMinutes(-5), now, now).Exposed[CountSlot.Requests].ShouldBe(2000);
    }

    [Fact]
    public async Task A_viewer_of_the_hub_gets_what_was_and_then_a_point_each_second()
    {
        await using var server = await StartAsync();
        // Of a minute, so that it stays fresh for two: that long a busy machine may take.
        await PostAsync(server, Json("b1", server, seconds: 60));
        var group = "rollout/" + HealthBuilders.Rollout.RolloutId;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", Reader);
        using var limit = new CancellationTokenSource(Wait.Patience);
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/live"), limit.Token);
        await SendAsync(socket, """{"protocol":"json","version":1}""", limit.Token);
        await SendAsync(socket, $$"""{"type":1,"target":"Subscribe","arguments":["{{group}}",-1]}""", limit.Token);

        var snapshot = await FirstAsync(socket, "snapshot", limit.Token);
        snapshot.GetProperty("group").GetString().ShouldBe(group);
        snapshot.GetProperty("points")[0].GetProperty("series").GetProperty("error_rate.exposed").GetDouble().ShouldBe(0.02);
        var points = await FirstAsync(socket, "points", limit.Token);
        points.GetProperty("series").GetProperty("error_rate.exposed").GetDouble().ShouldBe(0.02);
        points.GetProperty("series").GetProperty("error_rate.control").ValueKind.ShouldBe(JsonValueKind.Null);
        points.GetProperty("series").GetProperty("exposure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_tick_is_serialized_once_however_many_look()
    {
        await using var server = await StartAsync();
        using var limit = new CancellationTokenSource(Wait.Patience);
        var viewers = new List<ClientWebSocket>();
        for (var i = 0; i < 20; i++)
        {
            var socket = new ClientWebSocket();
            viewers.Add(socket);
            socket.Options.SetRequestHeader("X-API-Key", Reader);
            await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/live"), limit.Token);
            await SendAsync(socket, """{"protocol":"json","version":1}""", limit.Token);
            await SendAsync(socket, """{"type":1,"invocationId":"1","target":"Subscribe","arguments":["rollout/counted",-1]}""", limit.Token);
            await FirstAsync(socket, message => message.TryGetProperty("invocationId", out _), limit.Token);
        }

        var series = new CountedValues();
        await server.Get<LiveSender>().SendAsync(new LivePoints("rollout/counted", 1, series), limit.Token);
        foreach (var socket in viewers)
        {
            (await FirstAsync(socket, "points", limit.Token)).GetProperty("series").GetProperty("error_rate.exposed").GetDouble().ShouldBe(0.5);
            socket.Dispose();
        }

        series.Enumerations.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_numbers_are_there_as_json()
    {
        await using var server = await StartAsync();
        await PostAsync(server, Json("b1", server));
        await server.Get<HealthWriter>().FlushAsync();
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", Reader);
        var path = $"/api/health/rollouts/{HealthBuilders.Rollout.RolloutId}/series";

        var series = await client.GetFromJsonAsync<JsonElement>(path + "?metric=errorRate");
        var point = series.GetProperty("points").EnumerateArray().ShouldHaveSingleItem();
        (point.GetProperty("arm").GetString(), point.GetProperty("requests").GetInt64(), point.GetProperty("errorRate").GetDouble()).ShouldBe(("exposed", 100, 0.02));
        (await client.GetFromJsonAsync<JsonElement>(path + "?metric=userSatisfaction")).GetProperty("points").GetArrayLength().ShouldBe(0);
        await ProblemAsync(await client.GetAsync(path + "?metric=moons"), HttpStatusCode.BadRequest, "unknown_metric");
        await ProblemAsync(await client.GetAsync(path + "?from=2026-05-04T12:00:00Z&to=2026-05-04T11:00:00Z"), HttpStatusCode.BadRequest, "invalid_range");
        await ProblemAsync(await client.GetAsync(path + "?from=yesterday"), HttpStatusCode.BadRequest, "malformed_request");
    }

    private static Task<AthenaServer> StartAsync() => StartAsync(TimeProvider.System);

    private static async Task<AthenaServer> StartAsync(TimeProvider clock, params (string Name, string Value)[] settings) =>
        await AthenaServer.StartAsync(DatabaseKind.Sqlite, clock, builder =>
        {
            Configure(builder);
            foreach (var (name, value) in settings) builder.Configuration["Athena:Health:" + name] = value;
        }).ContinueWith(WithKeysAsync).Unwrap();

    private static async Task<AthenaServer> StartAsync(TestDatabase database) => await AthenaServer.StartAsync(database, configure: Configure).ContinueWith(WithKeysAsync).Unwrap();

    private static void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        builder.Services.AddSingleton<IRolloutDirectory, OneRollout>();
        builder.Configuration["Athena:Health:FlushMilliseconds"] = "1000";
        // These clients only listen, and on a busy machine for longer than a hub waits for a sign of life.
        builder.Services.Configure<HubOptions>(hub => (hub.ClientTimeoutInterval, hub.HandshakeTimeout) = (Wait.Patience * 2, Wait.Patience));
    }

    private static async Task<AthenaServer> WithKeysAsync(Task<AthenaServer> starting)
    {
        var server = await starting;
        await AddKeyAsync(server, Production, "health:write", "production");
        await AddKeyAsync(server, Staging, "health:write", "staging");
        await AddKeyAsync(server, Everywhere, "health:write", null);
        await AddKeyAsync(server, Reader, "read", null);
        await server.Get<Athena.Dashboard.Identity.KeyRing>().RefreshAsync(CancellationToken.None);
        return server;
    }

    private static async Task AddKeyAsync(AthenaServer server, string key, string scope, string? environment)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        var id = new Guid(hash.AsSpan(0, 16));
        await server.Get<Store>().WriteAsync<Done>(Actor.System("test"), async (write, token) =>
        {
            if (await write.Db.FindAsync<ApiKey>([id], token) is not null) return Done.Yes;
            write.Add(new ApiKey { Id = id, Name = scope, Prefix = key[..8], Hash = hash, Scopes = [scope], Environment = environment, CreatedBy = "test", CreatedAt = write.Now });
            return Done.Yes;
        }, CancellationToken.None);
    }

    private static string Json(string id, AthenaServer server, string flag = "database-views-v2", int seconds = 10)
    {
        var now = server.Get<TimeProvider>().GetUtcNow();
        return JsonSerializer.Serialize(new
        {
            batchId = id, instance = "api-1", from = now.AddSeconds(-seconds), to = now, flag,
            arms = new { exposed = new { requests = 100, errors = 2 } },
        });
    }

    private static async Task<HttpResponseMessage> PostAsync(AthenaServer server, string json, string? key = Production)
    {
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/health/v1/batches") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        return await client.SendAsync(request);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe(code);
        return problem;
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, true, cancellationToken);

    private static async Task<JsonElement> FirstAsync(ClientWebSocket socket, string target, CancellationToken cancellationToken) =>
        (await FirstAsync(socket, message => message.TryGetProperty("target", out var name) && name.GetString() == target, cancellationToken)).GetProperty("arguments")[0];

    private static async Task<JsonElement> FirstAsync(ClientWebSocket socket, Func<JsonElement, bool> isIt, CancellationToken cancellationToken)
    {
        var text = "";
        var buffer = new byte[64 * 1024];
        while (true)
        {
            while (text.IndexOf('\u001e') is var end and >= 0)
            {
                var message = JsonSerializer.Deserialize<JsonElement>(text[..end]);
                text = text[(end + 1)..];
                if (isIt(message)) return message;
            }

            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            text += Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }

    /// <summary>Values that know how often they were read out.</summary>
    private sealed class CountedValues : IReadOnlyDictionary<string, double?>
    {
        private readonly Dictionary<string, double?> values = new(StringComparer.Ordinal) { ["error_rate.exposed"] = 0.5 };
        private int enumerations;

        public int Enumerations => enumerations;

        public IEnumerable<string> Keys => values.Keys;

        public IEnumerable<double?> Values => values.Values;

        public int Count => values.Count;

        public double? this[string key] => values[key];

        public bool ContainsKey(string key) => values.ContainsKey(key);

        public bool TryGetValue(string key, out double? value) => values.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, double?>> GetEnumerator()
        {
            Interlocked.Increment(ref enumerations);
            return values.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
