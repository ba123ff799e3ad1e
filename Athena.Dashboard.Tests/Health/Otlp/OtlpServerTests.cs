using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Otlp;

/// <summary>OTLP over HTTP as it comes: from OpenTelemetry's own exporter, from a program that writes JSON, and from nobody who means well.</summary>
public sealed class OtlpServerTests(OtlpServerTests.Server fixture) : IClassFixture<OtlpServerTests.Server>
{
    private const int Patience = 120_000;

    private readonly AthenaServer server = fixture.Athena;

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public async Task OpenTelemetrys_exporter_is_counted_export_by_export(MetricReaderTemporalityPreference temporality)
    {
        var before = Counted();
        using var meter = new Meter("till." + temporality);
        var requests = meter.CreateCounter<long>("shop.requests");
        var errors = meter.CreateCounter<int>("shop.errors");
        var duration = meter.CreateHistogram<double>("shop.duration", unit: "s");
        var somethingElse = meter.CreateUpDownCounter<int>("shop.queue");
        using var provider = Exporting(meter.Name, temporality, await server.KeyAsync("health:write"));

        requests.Add(200, Tags("exposed"));
        requests.Add(900, Tags("control"));
        somethingElse.Add(-3, Tags("exposed"));
        provider.ForceFlush(Patience).ShouldBeTrue();
        (Counted().Exposed[CountSlot.Requests] - before.Exposed[CountSlot.Requests], Counted().Control[CountSlot.Requests] - before.Control[CountSlot.Requests]).ShouldBe((200, 900));

        // A series that was not there before, beside one that rose.
        requests.Add(50, Tags("exposed"));
        errors.Add(4, Tags("exposed", ("error.type", "timeout")));
        errors.Add(3, Tags("exposed", ("error.type", "refused")));
        duration.Record(0.09, Tags("exposed"));
        duration.Record(0.4, Tags("exposed"));
        provider.ForceFlush(Patience).ShouldBeTrue();
        provider.ForceFlush(Patience).ShouldBeTrue();
        var counted = Counted().Exposed;
        (counted[CountSlot.Requests] - before.Exposed[CountSlot.Requests], counted[CountSlot.Errors] - before.Exposed[CountSlot.Errors]).ShouldBe((250, 7));
        (counted[CountSlot.LatencyCount] - before.Exposed[CountSlot.LatencyCount], counted[CountSlot.LatencyMicros] - before.Exposed[CountSlot.LatencyMicros]).ShouldBe((2, 490_000));

        using var viewer = await server.ClientAsync(Role.Viewer);
        var source = (await viewer.GetFromJsonAsync<JsonElement>("/api/health/sources")).EnumerateArray().Single(source => source.GetProperty("name").GetString() == "till");
        (source.GetProperty("state").GetString(), source.GetProperty("isPushed").GetBoolean()).ShouldBe(("answering", true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Json_is_taken_as_it_is_written_down_packed_or_not_and_the_same_twice_counts_once(bool isPacked)
    {
        var before = Counted().Exposed[CountSlot.Requests];
        var instance = isPacked ? "packed" : "plain";
        var first = Json(instance, "20", ago: 2);
        await TakenAsync(first, isPacked);
        await TakenAsync(Json(instance, "50", ago: 1), isPacked);
        await TakenAsync(first, isPacked);
        await TakenAsync(Json(instance, "50", ago: 0), isPacked);
        await TakenAsync(Json(instance, "50", ago: 0), isPacked);
        (Counted().Exposed[CountSlot.Requests] - before).ShouldBe(50);
    }

    [Fact]
    public async Task What_is_not_counted_is_told_with_the_reason_in_the_encoding_of_the_request()
    {
        var before = Counted().Exposed[CountSlot.Requests];
        var json = Json("partly", "10", ago: 0);
        var points = json["resourceMetrics"]![0]!["scopeMetrics"]![0]!["metrics"]![0]!["sum"]!["dataPoints"]!.AsArray();
        var odd = points[0]!.DeepClone();
        odd["attributes"]![1]!["value"]!["stringValue"] = "canary";
        points.Add(odd);
        using var answer = await PostAsync(Encoding.UTF8.GetBytes(json.ToJsonString()));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var partial = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("partialSuccess");
        partial.GetProperty("rejectedDataPoints").GetString().ShouldBe("1");
        partial.GetProperty("errorMessage").GetString().ShouldBe("database-views-v2: arm does not say which arm: 'canary' is none of control, exposed, outside.");
        (Counted().Exposed[CountSlot.Requests] - before).ShouldBe(10);
        using var viewer = await server.ClientAsync(Role.Viewer);
        var source = (await viewer.GetFromJsonAsync<JsonElement>("/api/health/sources")).EnumerateArray().Single(source => source.GetProperty("name").GetString() == "till");
        source.GetProperty("detail").GetString()!.ShouldContain("canary");
    }

    [Fact]
    public async Task What_nobody_counts_and_flags_without_a_rollout_are_taken_and_left_alone()
    {
        using var nothing = await PostAsync("{}"u8.ToArray());
        (nothing.StatusCode, await nothing.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "{}"));
        using var empty = await PostAsync([], type: "application/x-protobuf");
        (empty.StatusCode, empty.Content.Headers.ContentType?.MediaType, (await empty.Content.ReadAsByteArrayAsync()).Length).ShouldBe((HttpStatusCode.OK, "application/x-protobuf", 0));
        await TakenAsync(Json("nobody", "5", ago: 0, flag: "no-rollout"), isPacked: false);
        await TakenAsync(JsonNode.Parse("""{"resourceMetrics":[{"unknown":[1],"scopeMetrics":[{"metrics":[{"name":"dotnet.gc.pauses","sum":7}]}]}],"more":true}""")!, isPacked: false);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("[]", "not an object")]
    [InlineData("""{"resourceMetrics":7}""", "resourceMetrics is not a list")]
    [InlineData("""{"resourceMetrics":[{"resource":3}]}""", "attributes")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"shop.requests","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"timeUnixNano":"soon","asInt":"1"}]}}]}]}]}""", "timeUnixNano")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"shop.requests","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"timeUnixNano":"1","asInt":"a lot"}]}}]}]}]}""", "asInt")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"\ud800"}]}]}]}""", "not a character")]
    public async Task Json_that_is_no_export_is_refused_with_a_status(string body, string told)
    {
        using var answer = await PostAsync(Encoding.UTF8.GetBytes(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var status = await answer.Content.ReadFromJsonAsync<JsonElement>();
        status.GetProperty("code").GetInt32().ShouldBe(3);
        status.GetProperty("message").GetString()!.ShouldContain(told);
    }

    [Fact]
    public async Task Protobuf_that_is_no_export_is_refused_with_a_status_and_never_more_than_that()
    {
        using var answer = await PostAsync("this is no protobuf"u8.ToArray(), type: "application/x-protobuf");
        (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType).ShouldBe((HttpStatusCode.BadRequest, "application/x-protobuf"));
        // Status.code = 3, then Status.message.
        (await answer.Content.ReadAsByteArrayAsync())[..3].ShouldBe(new byte[] { 0x08, 0x03, 0x12 });

        const int seed = 4711;
        var random = new Random(seed);
        var good = Protobuf();
        using (var whole = await PostAsync(good, type: "application/x-protobuf")) whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var round = 0; round < 300; round++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var other = await PostAsync(bytes[..random.Next(1, bytes.Length + 1)], type: "application/x-protobuf");
            ((int)other.StatusCode).ShouldBeOneOf([200, 400]);
        }
    }

    [Fact]
    public async Task Bodies_that_are_packed_wrongly_or_too_large_are_refused()
    {
        var packed = Packed(Encoding.UTF8.GetBytes(Json("cut", "5", ago: 0).ToJsonString()));
        await ShouldFailAsync(packed[..^9], HttpStatusCode.BadRequest, "gzip", "gzip");
        await ShouldFailAsync("no gzip, and long enough to be one"u8.ToArray(), HttpStatusCode.BadRequest, "gzip", "gzip");
        await ShouldFailAsync([], HttpStatusCode.BadRequest, "gzip", "gzip");
        await ShouldFailAsync(packed, HttpStatusCode.UnsupportedMediaType, "gzip", "zstd");
        await ShouldFailAsync(Packed(new byte[60_000_000]), HttpStatusCode.RequestEntityTooLarge, "unpack");
        await ShouldFailAsync(new byte[5_000_000], HttpStatusCode.RequestEntityTooLarge, "4 MiB", encoding: null);
        using var text = await PostAsync("requests 7"u8.ToArray(), type: "text/plain");
        text.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using var client = server.CreateClient();
        using var asked = await client.GetAsync("/v1/metrics");
        (asked.StatusCode, asked.Content.Headers.Allow.Single()).ShouldBe((HttpStatusCode.MethodNotAllowed, "POST"));

        async Task ShouldFailAsync(byte[] body, HttpStatusCode status, string told, string? encoding = "gzip")
        {
            using var answer = await PostAsync(body, encoding: encoding);
            answer.StatusCode.ShouldBe(status);
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!.ShouldContain(told);
        }
    }

    [Fact]
    public async Task A_key_for_it_is_needed()
    {
        var json = Encoding.UTF8.GetBytes(Json("keys", "5", ago: 0).ToJsonString());
        (await StatusAsync("nonsense")).ShouldBe((HttpStatusCode.Unauthorized, 16));
        (await StatusAsync(await server.KeyAsync("read"))).ShouldBe((HttpStatusCode.Forbidden, 7));
        (await StatusAsync(await server.KeyAsync("health:write", environment: null))).ShouldBe((HttpStatusCode.BadRequest, 3));

        async Task<(HttpStatusCode, int)> StatusAsync(string key)
        {
            using var answer = await PostAsync(json, key: key);
            return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetInt32());
        }
    }

    private async Task TakenAsync(JsonNode json, bool isPacked)
    {
        var body = Encoding.UTF8.GetBytes(json.ToJsonString());
        using var answer = await PostAsync(isPacked ? Packed(body) : body, encoding: isPacked ? "gzip" : null);
        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "{}"));
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string type = "application/json", string? encoding = null, string? key = null)
    {
        using var client = server.CreateClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/metrics") { Content = content };
        request.Headers.Add("X-API-Key", key ?? fixture.Key);
        return await client.SendAsync(request);
    }

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(body);
        return packed.ToArray();
    }

    private JsonNode Json(string instance, string requests, int ago, string flag = "database-views-v2") => JsonNode.Parse(
        FormattableString.Invariant($$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "service.name", "value": { "stringValue": "{{instance}}" } } ] }, "scopeMetrics": [ { "scope": { "name": "by hand" }, "metrics": [
          { "name": "shop.requests", "unit": "{request}", "sum": { "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
            { "attributes": [ { "key": "feature_flag.key", "value": { "stringValue": "{{flag}}" } }, { "key": "arm", "value": { "stringValue": "exposed" } } ],
              "startTimeUnixNano": "{{Nano(-30)}}", "timeUnixNano": "{{Nano(-ago)}}", "asInt": "{{requests}}", "exemplars": [ { "traceId": "5b8efff798038103d269b633813fc60c", "timeUnixNano": 1, "asDouble": 0.5 } ] } ] } } ] } ] } ] }
        """))!;

    private long Nano(int seconds) => (fixture.Began.AddSeconds(seconds) - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>An export of a gauge nobody counts, a sum, and two kinds of histogram.</summary>
    private static byte[] Protobuf()
    {
        byte[] time = [25, 0, 0, 0, 0, 0, 0, 0, 1];
        byte[][] metrics =
        [
            [.. Text(1, "shop.queue"), .. Part(5, Part(1, time))],
            [.. Text(1, "shop.requests"), .. Part(7, [.. Part(1, [.. Label(7, "feature_flag.key", Rollout.FlagKey), .. Label(7, "arm", "exposed"), .. time, 49, 9, 0, 0, 0, 0, 0, 0, 0]), 16, 2, 24, 1])],
            [.. Text(1, "shop.duration"), .. Text(3, "s"), .. Part(9, [.. Part(1, [.. Label(9, "feature_flag.key", Rollout.FlagKey), .. Label(9, "arm", "exposed"), .. time, .. Part(6, new byte[16]), .. Part(7, new byte[8])]), 16, 2])],
            [.. Text(1, "shop.duration"), .. Text(3, "s"), .. Part(10, [.. Part(1, [.. Label(1, "feature_flag.key", Rollout.FlagKey), .. Label(1, "arm", "exposed"), .. time, 48, 6, .. Part(8, [8, 3, .. Part(2, [1, 2, 3])])]), 16, 1])],
        ];
        return Part(1, [.. Part(1, Label(1, "service.name", "fuzz")), .. Part(2, [.. Part(1, Text(1, "scope")), .. metrics.SelectMany(metric => Part(2, metric))])]);

        static byte[] Part(int field, byte[] content) => [(byte)((field << 3) | 2), .. content.Length < 128 ? [(byte)content.Length] : new[] { (byte)(content.Length | 0x80), (byte)(content.Length >> 7) }, .. content];
        static byte[] Text(int field, string text) => Part(field, Encoding.UTF8.GetBytes(text));
        static byte[] Label(int field, string name, string value) => Part(field, [.. Text(1, name), .. Part(2, Text(1, value))]);
    }

    private static MeterProvider Exporting(string meter, MetricReaderTemporalityPreference temporality, string key) =>
        Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("till", serviceInstanceId: meter))
            .AddMeter(meter)
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Headers = "Authorization=Bearer " + key;
                exporter.TimeoutMilliseconds = Patience;
                reader.TemporalityPreference = temporality;
                // Only when it is told to.
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 3_600_000;
            })
            .Build();

    private static KeyValuePair<string, object?>[] Tags(string arm, params (string Name, string Value)[] more) =>
        [new("feature_flag.key", Rollout.FlagKey), new("arm", arm), .. more.Select(tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))];

    private Measured Counted()
    {
        if (server.Get<HealthMeters>().Find(Rollout.RolloutId) is not { } meter) return new Measured(new Tally(), new Tally(), default, default, default);
        lock (meter.Gate)
        {
            var now = TimeProvider.System.GetUtcNow();
            return meter.Measure(now.AddMinutes(-15), now, now);
        }
    }

    public sealed class Server : IAsyncLifetime
    {
        public AthenaServer Athena { get; private set; } = default!;

        public string Key { get; private set; } = "";

        public DateTimeOffset Began { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Athena = await AthenaServer.StartAsync(configure: builder =>
            {
                builder.Services.AddSingleton<IRolloutDirectory>(new OneRollout());
                // What these tests export is in time, however long they wait for their turn.
                builder.Configuration["Athena:Health:LatenessSeconds"] = "600";
                foreach (var (name, value) in Settings) builder.Configuration["Athena:OpenTelemetry:Sources:0:" + name] = value;
            });
            Key = await Athena.KeyAsync("health:write");
            Began = TimeProvider.System.GetUtcNow();
            // As people configure it; the exporter puts the path behind it.
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", Athena.Address.ToString());
        }

        public async ValueTask DisposeAsync()
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            await Athena.DisposeAsync();
        }

        private static readonly Dictionary<string, string> Settings = new()
        {
            ["Name"] = "till",
            ["Counts:requests:Metric"] = "shop.requests",
            ["Counts:errors:Metric"] = "shop.errors",
            ["Counts:errors:Where:error.type"] = "*",
            ["Histogram"] = "shop.duration",
        };
    }
}
