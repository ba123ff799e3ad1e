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
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Health;

public sealed class HealthServerTests
{
    private const string Production = "key-for-production-0123456789abcdef";
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
        await PostAsync(server, Json("b1", server));
        var group = "rollout/" + HealthBuilders.Rollout.RolloutId;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", Reader);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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

    private static async Task<AthenaServer> StartAsync() => await AthenaServer.StartAsync(DatabaseKind.Sqlite, configure: Configure).ContinueWith(WithKeysAsync).Unwrap();

    private static async Task<AthenaServer> StartAsync(TestDatabase database) => await AthenaServer.StartAsync(database, configure: Configure).ContinueWith(WithKeysAsync).Unwrap();

    private static void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        builder.Services.AddSingleton<IRolloutDirectory, OneRollout>();
        builder.Configuration["Athena:Health:FlushMilliseconds"] = "1000";
    }

    private static async Task<AthenaServer> WithKeysAsync(Task<AthenaServer> starting)
    {
        var server = await starting;
        await AddKeyAsync(server, Production, "health:write", "production");
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

    private static string Json(string id, AthenaServer server, string flag = "database-views-v2")
    {
        _ = server;
        var now = TimeProvider.System.GetUtcNow();
        return JsonSerializer.Serialize(new
        {
            batchId = id, instance = "api-1", from = now.AddSeconds(-10), to = now, flag,
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
