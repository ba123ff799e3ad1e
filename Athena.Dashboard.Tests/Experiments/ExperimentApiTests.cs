using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Experiments;

public sealed class ExperimentApiTests
{
    [Fact]
    public async Task An_experiment_goes_from_plan_to_decision_over_the_api()
    {
        await using var server = await AthenaServer.StartAsync();
        using var admin = await server.KeyClientAsync("admin", environment: null);
        using var collector = await server.KeyClientAsync("health:write", "staging");
        using var foreign = await server.KeyClientAsync("health:write");
        using var application = await server.KeyClientAsync("flags:evaluate", "staging");
        await SendAsync(admin, "POST", "/api/flags", """{"key":"checkout","name":"Checkout","type":"experimental"}""");
        await SendAsync(admin, "PUT", "/api/flags/checkout/environments/staging", """{"conditions":{},"percentage":50,"reason":"For the experiment."}""", 1);
        await SendAsync(admin, "POST", "/api/flags/checkout/environments/staging/switches", """{"on":true,"reason":"For the experiment."}""");
        var planned = await SendAsync(admin, "POST", "/api/experiments", """
            {"key":"one-page","name":"One page","hypothesis":"More people finish.","flagKey":"checkout","environment":"staging","control":"off","treatments":["on"],
             "primary":{"name":"conversion","margin":0.01},"guards":[{"name":"latency","kind":"mean","unit":"ms","better":"lower","margin":20}]}
            """);
        planned["state"]!.GetValue<string>().ShouldBe("planned");
        var started = await SendAsync(admin, "POST", "/api/experiments/one-page/starts", null, 1);
        started["shares"]!["on"]!.GetValue<double>().ShouldBe(0.5);
        (await admin.GetFromJsonAsync<JsonNode>("/api/flags/checkout/environments/staging"))!["experiment"]!.GetValue<string>().ShouldBe("one-page");

        var batch = Batch("""{"off":{"users":1000,"metrics":{"conversion":{"count":1000,"sum":100}}},"on":{"users":1000,"metrics":{"conversion":{"count":1000,"sum":160}}}}""");
        using var refused = await PostAsync(foreign, batch);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var taken = await PostAsync(collector, batch);
        taken.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await (await PostAsync(collector, batch)).Content.ReadFromJsonAsync<JsonNode>())!["repeated"]!.GetValue<bool>().ShouldBeTrue();
        var read = (await admin.GetFromJsonAsync<JsonNode>("/api/experiments/one-page"))!;
        var told = read["readout"]!["comparisons"]![0]!;
        told["verdict"]!.GetValue<string>().ShouldBe("better");
        told["lower"]!.GetValue<double>().ShouldBeGreaterThan(0);

        await Wait.UntilAsync(async () =>
        {
            using var answer = await application.PostAsJsonAsync("/ofrep/v1/evaluate/flags/checkout", new { context = new { targetingKey = Guid.NewGuid().ToString() } });
            answer.EnsureSuccessStatusCode();
            var answers = (await admin.GetFromJsonAsync<JsonNode>("/api/experiments/one-page"))!["answers"]!.AsObject();
            return answers.ContainsKey("on") && answers.ContainsKey("off");
        }, TimeSpan.FromMinutes(3));

        await SendAsync(admin, "POST", "/api/experiments/one-page/stops", """{"reason":"Enough."}""", read["version"]!.GetValue<long>());
        using var early = await AskAsync(admin, "POST", "/api/experiments/one-page/shipments", """{"reason":"It won."}""");
        early.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var decided = await SendAsync(admin, "POST", "/api/experiments/one-page/decisions", """{"kind":"ship","variant":"on","reason":"It won."}""", (await VersionAsync(admin)));
        decided["decision"]!["variant"]!.GetValue<string>().ShouldBe("on");
        await SendAsync(admin, "POST", "/api/experiments/one-page/shipments", """{"reason":"It won."}""");
        (await admin.GetFromJsonAsync<JsonNode>("/api/flags/checkout/environments/staging"))!["percentage"]!.GetValue<decimal>().ShouldBe(100);
        (await admin.GetFromJsonAsync<JsonArray>("/api/experiments?flag=checkout"))!.Count.ShouldBe(1);
        (await admin.GetFromJsonAsync<JsonArray>("/api/experiments?flag=other"))!.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"on":null}""", "variants.on")]
    [InlineData("""{"on":{"users":1,"metrics":{"conversion":null}}}""", "variants.on.metrics.conversion")]
    [InlineData("""{"on":{"users":1,"metrics":{"conversion":{"count":1,"sum":1e400}}}}""", "variants.on.metrics.conversion.sum")]
    [InlineData("""{"on":{"users":-1},"purple":{"users":1}}""", "variants.on.users", "variants.purple")]
    [InlineData("{}", "variants")]
    public void Garbage_is_told_by_place(string variants, params string[] places)
    {
        var outcomes = System.Text.Json.JsonSerializer.Deserialize<Athena.Dashboard.Experiments.OutcomesResource>(Batch(variants), Athena.Dashboard.Platform.Api.StrictJson.Options)!;
        var found = outcomes.ToBatch().Match(batch => batch.Faults(ExperimentSamples.Running(), TimeProvider.System.GetUtcNow()), refusal => refusal.Items).Select(item => item.Place);
        found.Where(place => !place.EndsWith("sumOfSquares", StringComparison.Ordinal)).ShouldBe(places, ignoreOrder: true);
    }

    private static string Batch(string variants)
    {
        var now = TimeProvider.System.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture, $$"""{"batchId":"1","from":"{{now.AddMinutes(-1):O}}","to":"{{now.AddMinutes(1):O}}","variants":{{variants}}}""");
    }

    private static async Task<long> VersionAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonNode>("/api/experiments/one-page"))!["version"]!.GetValue<long>();

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body) => AskAsync(client, "POST", "/api/experiments/one-page/outcomes", body);

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string method, string address, string? body, long? version = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
        return await client.SendAsync(request);
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, string method, string address, string? body, long? version = null)
    {
        using var answer = await AskAsync(client, method, address, body, version);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{address}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
