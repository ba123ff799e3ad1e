using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Athena.Dashboard.Tests.Platform.Api;

/// <summary>A server on PostgreSQL, which is the stricter of the two, with one thing of every kind that an address can name.</summary>
public sealed class BadInputServer : IAsyncLifetime
{
    public const string Release = "1.2.0";
    public const string Flag = "database-views-v2";
    public const string Segment = "beta-testers";
    public const string Experiment = "views-on-top";

    private const string Plan = """
        rollout:
          feature: "database-views-v2"
          stages:
            - name: "alpha"
              percentage: 50
              duration: "1h"
              criteria:
                - error_rate < 0.05
                - text: Positive user feedback
                  role: product_manager
            - name: "all"
              percentage: 100
              duration: "1h"
              criteria:
                - error_rate < 0.01
          rollback:
            automatic: true
            conditions:
              - error_rate > 0.5
        """;

    // What the server writes by itself.
    private static readonly string[] Moving = ["platform_event_cursors", "platform_protection_keys", "flags_evaluations", "flags_evaluation_watch", "health_flushes", "health_feeds", "__EFMigrationsHistory"];

    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private long settled;

    public AthenaServer Server { get; private set; } = default!;

    /// <summary>With a key that may everything everywhere.</summary>
    public HttpClient Client { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        Server = await AthenaServer.StartAsync(DatabaseKind.Postgres, configure: builder =>
        {
            builder.Configuration["Athena:Limits:RequestsPerSecond"] = "100000";
            builder.Configuration["Athena:Limits:RequestsAtOnce"] = "1000000";
        });
        Client = await Server.KeyClientAsync("admin", environment: null);
        await FillAsync();
    }

    /// <summary>The address with something that exists in every place.</summary>
    public string AddressOf(WriteEndpoint endpoint)
    {
        var address = new StringBuilder();
        foreach (var part in endpoint.Route.Split('/').Skip(1)) address.Append('/' + (part.StartsWith('{') ? ValueOf(part.Trim('{', '}').Split(':')[0], address.ToString()) : part));
        return address.ToString();
    }

    /// <summary>Sends with the version that the thing has, where the endpoint asks for one.</summary>
    public async Task<ApiAnswer> SendAsync(WriteEndpoint endpoint, HttpContent? content, string? address = null)
    {
        address ??= AddressOf(endpoint);
        using var kept = content;
        var bytes = content is null ? null : await content.ReadAsByteArrayAsync();
        for (var version = versions.GetValueOrDefault(address); ; version++)
        {
            var answer = await AskAsync(Client, endpoint.Method, address, Copy(content, bytes), $"\"{version}\"");
            if (answer.Status != 412 || version > 12) return answer;
            versions[address] = version + 1;
        }
    }

    public static async Task<ApiAnswer> AskAsync(HttpClient client, string method, string address, HttpContent? content = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = content };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await client.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    public static HttpContent Json(JsonNode? body) => Json(body?.ToJsonString() ?? "null");

    public static HttpContent Json(string body) => new StringContent(body, Encoding.UTF8, "application/json");

    /// <summary>Returns when the server has done by itself what follows from all that it was asked to do.</summary>
    public async Task SettleAsync()
    {
        var consumers = Server.Services.GetServices<IHostedService>().Select(service => service.GetType())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EventConsumerWorker<>))
            .Select(type => (IEventConsumer)Server.Services.GetRequiredService(type.GenericTypeArguments[0])).ToList();
        consumers.Count.ShouldBeGreaterThan(5);
        await Wait.UntilAsync(() => Server.Get<Store>().ReadAsync(
            async (db, token) =>
            {
                if (await db.Set<Rehearsal>().AnyAsync(row => row.State == RehearsalState.Waiting || row.State == RehearsalState.Running, token)) return false;
                var cursors = await db.Set<EventCursor>().ToDictionaryAsync(cursor => cursor.Name, cursor => cursor.Sequence, token);
                var rows = await db.Set<EventRow>().Where(row => row.Sequence > settled).OrderBy(row => row.Sequence).ToListAsync(token);
                var events = rows.ConvertAll(row => new EventEnvelope(row));
                if (consumers.Any(consumer => events.FindLast(consumer.Concerns) is { } last && cursors.GetValueOrDefault(consumer.Name) < last.Sequence)) return false;
                if (events.Count > 0) settled = events[^1].Sequence;
                return true;
            },
            CancellationToken.None), TimeSpan.FromMinutes(5));
        await Server.Get<Outbox>().RunAsync(CancellationToken.None);
    }

    /// <summary>A hash of each table, without what the server writes by itself.</summary>
    public Task<Dictionary<string, string?>> StoredAsync() => Server.Get<Store>().ReadAsync(
        async (db, token) =>
        {
            var hashes = new Dictionary<string, string?>(StringComparer.Ordinal);
            await db.Database.OpenConnectionAsync(token);
            foreach (var table in db.Model.GetEntityTypes().Select(type => type.GetTableName()).OfType<string>().Distinct().Except(Moving))
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                // When a key was last used, and that one was refused, is what is to be kept of the requests.
                command.CommandText = $"""SELECT md5(string_agg(row, '|' ORDER BY row)) FROM (SELECT (to_jsonb(t) - 'LastUsedAt')::text AS row FROM "{table}" t) rows WHERE row NOT LIKE '%"Identity.AccessDenied"%'""";
                hashes[table] = await command.ExecuteScalarAsync(token) as string;
            }

            return hashes;
        },
        CancellationToken.None);

    /// <summary>A client with this key.</summary>
    public HttpClient ClientWith(string key)
    {
        var client = Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private static ByteArrayContent? Copy(HttpContent? content, byte[]? bytes)
    {
        if (content is null) return null;
        var copy = new ByteArrayContent(bytes!);
        copy.Headers.ContentType = content.Headers.ContentType;
        return copy;
    }

    private string ValueOf(string name, string before) => name switch
    {
        "release" or "version" => Release,
        "environment" => "staging",
        "number" => "1",
        "kind" => "release",
        "id" when before == "/api/gates/boards/release" => Release,
        "rolloutId" => ids["/api/rollouts"],
        "step" => "assessment",
        "key" when before == "/api/flags" => Flag,
        "key" when before == "/api/segments" => Segment,
        "key" when before == "/api/experiments" => Experiment,
        "key" when before == "/api/communication/lists" => "users",
        _ => ids.TryGetValue(before, out var id) ? id : throw new InvalidOperationException($"Nothing is known for {{{name}}} behind {before}: make one in {nameof(FillAsync)}."),
    };

    private async Task FillAsync()
    {
        ids["/api/people"] = (await PostAsync("/api/people", new() { ["name"] = "Somebody", ["email"] = "somebody@example.org", ["roles"] = new JsonArray("viewer"), ["password"] = "four mild winters ago" }))["id"]!.GetValue<string>();
        ids["/api/keys"] = (await PostAsync("/api/keys", new() { ["name"] = "spare", ["scopes"] = new JsonArray("flags:evaluate"), ["environment"] = "staging" }))["id"]!.GetValue<string>();
        await PostAsync("/api/releases", new()
        {
            ["type"] = "minor", ["version"] = Release, ["title"] = "Enhanced Database Views", ["targetDate"] = "2030-08-15", ["zone"] = "Europe/Berlin",
            ["ownerId"] = ids["/api/people"], ["userValue"] = "People find what they need in a large database.",
        });
        await PostAsync("/api/flags", new() { ["key"] = Flag, ["name"] = "Database views", ["type"] = "release", ["releaseId"] = Release });
        await PostAsync("/api/segments", new() { ["key"] = Segment, ["name"] = "Beta testers", ["conditions"] = new JsonObject { ["userTier"] = new JsonArray("beta") }, ["reason"] = "They asked for it." });
        await PostAsync("/api/experiments", new()
        {
            ["key"] = Experiment, ["name"] = "Views on top", ["hypothesis"] = "More people keep a view.", ["flagKey"] = Flag, ["environment"] = "staging",
            ["control"] = "off", ["treatments"] = new JsonArray("on"), ["primary"] = new JsonObject { ["name"] = "conversion" },
        });
        ids["/api/rollouts"] = (await PostAsync("/api/rollouts", new() { ["release"] = Release, ["environment"] = "production", ["plan"] = Plan }))["id"]!.GetValue<string>();
        var rehearsals = $"/api/rollouts/{ids["/api/rollouts"]}/rehearsals";
        ids[rehearsals] = (await PostAsync(rehearsals, new() { ["runs"] = 10 }))["id"]!.GetValue<string>();
        ids["/api/alerts/silences"] = (await PostAsync("/api/alerts/silences", new() { ["matchers"] = new JsonArray(new JsonObject { ["label"] = "alertname", ["value"] = "Slow" }), ["minutes"] = 60, ["comment"] = "Known." }))["id"]!.GetValue<string>();
        await PostAsync($"/api/notes/{Release}/draft", null);
        ids[$"/api/notes/{Release}/comments"] = (await PostAsync($"/api/notes/{Release}/comments", new() { ["text"] = "How is a view shared?" }))["id"]!.GetValue<string>();
        await OpenProcedureAsync();
        await FindGatesAsync();
        await FindTimelineAsync();
        await AskForChangesAsync();
    }

    private async Task OpenProcedureAsync()
    {
        var procedure = ids["/api/recovery"] = (await PostAsync("/api/recovery", new() { ["release"] = Release, ["reason"] = "Reports of lost rows." }))["id"]!.GetValue<string>();
        await PostAsync($"/api/recovery/{procedure}/post-mortem", null);
        var report = await PostAsync($"/api/recovery/{procedure}/post-mortem/follow-ups", new() { ["title"] = "Test with real data", ["dueOn"] = "2030-09-01" }, 1);
        ids[$"/api/recovery/{procedure}/post-mortem/follow-ups"] = report["followUps"]![0]!["id"]!.GetValue<string>();
    }

    private async Task FindGatesAsync()
    {
        await Wait.UntilAsync(async () => (await Client.GetAsync($"/api/releases/{Release}/gates")).IsSuccessStatusCode);
        var items = (await GetAsync($"/api/releases/{Release}/gates"))["sets"]!.AsArray().SelectMany(set => set!["items"]!.AsArray()).Where(item => item!["settledBy"] is null).ToList();
        ids["/api/gates/items"] = items[0]!["id"]!.GetValue<string>();
        await PostAsync(
            $"/api/gates/items/{items[1]!["id"]}/waivers",
            new() { ["reason"] = "Next month.", ["riskOfGoing"] = "A beta.", ["riskOfNotGoing"] = "A quarter.", ["until"] = TimeProvider.System.GetUtcNow().AddDays(60), ["followUp"] = "Move." },
            items[1]!["version"]!.GetValue<long>());
        var asked = (await GetAsync($"/api/releases/{Release}/gates"))["sets"]!.AsArray().SelectMany(set => set!["items"]!.AsArray()).Single(item => item!["waiver"] is not null)!;
        ids["/api/gates/waivers"] = asked["waiver"]!["id"]!.GetValue<string>();
    }

    private async Task FindTimelineAsync()
    {
        JsonNode? message = null;
        await Wait.UntilAsync(async () =>
        {
            if (await FoundAsync($"/api/communication/releases/{Release}") is not { } timeline) return false;
            message = timeline["moments"]!.AsArray().SelectMany(moment => moment!["rows"]!.AsArray()).FirstOrDefault(row => row!["message"] is not null);
            return message is not null;
        });
        ids["/api/communication/items"] = message!["entry"]!["id"]!.GetValue<string>();
        ids["/api/communication/messages"] = message["message"]!["id"]!.GetValue<string>();
    }

    private async Task AskForChangesAsync()
    {
        var approving = DefaultProcess.Source.Replace("    production: true\n", "    production: true\n    approval: {needed: 1, of: [engineering_lead]}\n", StringComparison.Ordinal);
        (await AskAsync(Client, "POST", "/api/process/versions", new StringContent(approving, Encoding.UTF8, "application/yaml"), "\"1\"")).Status.ShouldBe(201);
        await Wait.UntilAsync(() => Server.Get<IProcessCatalog>().Current.Number == 2);
        var setting = new JsonObject { ["conditions"] = new JsonObject(), ["percentage"] = 10, ["reason"] = "More of them.", ["confirmation"] = "production", ["override"] = true };
        ids["/api/queued-changes"] = (await PostAsync($"/api/flags/{Flag}/environments/staging/queued-changes", new() { ["at"] = "2031-01-01T00:00:00Z", ["enabled"] = true, ["setting"] = setting.DeepClone() }, 1))["id"]!.GetValue<string>();
        await PostAsync("/api/flags", new() { ["key"] = "other-flag", ["name"] = "Another", ["type"] = "operational" });
        ids["/api/change-requests"] = (await PostAsync("/api/flags/other-flag/environments/production/switches", new() { ["on"] = true, ["ask"] = true, ["override"] = true, ["reason"] = "Try it." }))["id"]!.GetValue<string>();
    }

    private async Task<JsonNode> PostAsync(string address, JsonObject? body, long? version = null)
    {
        var answer = await AskAsync(Client, "POST", address, Json(body ?? []), version is null ? null : $"\"{version}\"");
        return answer.Status is >= 200 and < 300 ? JsonNode.Parse(answer.Text)! : throw new InvalidOperationException($"{address}: {answer.Status} {answer.Text}");
    }

    private async Task<JsonNode> GetAsync(string address) => (await Client.GetFromJsonAsync<JsonNode>(address))!;

    private async Task<JsonNode?> FoundAsync(string address)
    {
        var response = await Client.GetAsync(address);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonNode>() : null;
    }
}

/// <summary>What a program sees of an answer.</summary>
public sealed record ApiAnswer(int Status, string? Type, string Text)
{
    public bool IsAccepted => Status is >= 200 and < 400;

    /// <summary>The faults' places; empty where it names none.</summary>
    public IReadOnlyList<string> Places => [.. Problem?["errors"]?.AsArray().Select(item => item!["place"]!.GetValue<string>()) ?? []];

    public string? Code => Problem?["code"]?.GetValue<string>();

    private JsonNode? Problem => Type == "application/problem+json" ? JsonNode.Parse(Text) : null;

    /// <summary>What is missing of a refusal that says what, where and why; null when nothing is.</summary>
    /// <param name="place">A name that one of the places has to end in; null where any will do.</param>
    public string? Fault(bool placed = true, string? place = null)
    {
        if (IsAccepted) return $"accepted: {Status}";
        if (Status >= 500) return $"{Status} {Shorten(Text)}";
        if (Type != "application/problem+json") return $"{Status} of type {Type}: {Shorten(Text)}";
        if (string.IsNullOrEmpty(Code) || Code.Any(char.IsUpper)) return $"code '{Code}'";
        if (string.IsNullOrWhiteSpace(Problem!["title"]?.GetValue<string>())) return "no title";
        if (Text.Contains("System.", StringComparison.Ordinal) || Text.Contains("Athena.Dashboard", StringComparison.Ordinal)) return "words of the program: " + Shorten(Text);
        if (placed && Places.Count == 0) return $"{Status} {Code} names no place: {Shorten(Text)}";
        if (place is not null && !Places.Any(found => found.Contains(place, StringComparison.Ordinal))) return $"{Status} {Code} does not name {place}: {Shorten(Text)}";
        return Problem["errors"]?.AsArray().Any(item => string.IsNullOrWhiteSpace(item!["message"]?.GetValue<string>())) is true ? "no reason" : null;
    }

    private static string Shorten(string text) => text.Length > 400 ? text[..400] : text;
}
