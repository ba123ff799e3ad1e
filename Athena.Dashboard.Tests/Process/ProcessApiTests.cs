using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Process;

/// <summary>The process over HTTP, as a program with a key sees it.</summary>
public sealed class ProcessApiTests : IAsyncLifetime
{
    private static readonly string Changed = DefaultProcess.Source.Replace("name: Athena", "name: Pallas", StringComparison.Ordinal);
    private AthenaServer server = default!;
    private HttpClient admin = default!;
    private HttpClient reader = default!;

    public async ValueTask InitializeAsync()
    {
        server = await AthenaServer.StartAsync();
        admin = await WithKeyAsync("admin");
        reader = await WithKeyAsync("read");
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        reader.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_process_in_force_is_read_with_its_version()
    {
        using var response = await reader.GetAsync("/api/process");
        response.Headers.ETag!.Tag.ShouldBe("\"1\"");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("number").GetInt32().ShouldBe(1);
        var document = json.RootElement.GetProperty("document");
        document.GetProperty("gateSets").EnumerateArray().Sum(set => set.GetProperty("items").GetArrayLength()).ShouldBe(22);
        document.GetProperty("rollout").GetProperty("stages")[0].GetProperty("percentages")[0].GetDecimal().ShouldBe(0.1m);
        (await reader.GetStringAsync("/api/process/versions/1/source")).ShouldBe(DefaultProcess.Source);
        (await reader.GetAsync("/api/process/versions/2")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_new_version_is_posted_as_yaml_against_the_version_that_was_seen()
    {
        using var created = await PostAsync(admin, Changed, "\"1\"");
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/process/versions/2");
        server.Get<IProcessCatalog>().Current.Document.Product.Name.ShouldBe("Pallas");
        var differences = await reader.GetFromJsonAsync<JsonElement>("/api/process/versions/2/differences");
        differences.GetArrayLength().ShouldBe(1);
        differences[0].GetProperty("path").GetString().ShouldBe("product.name");
        (differences[0].GetProperty("kind").GetString(), differences[0].GetProperty("before").GetString(), differences[0].GetProperty("after").GetString())
            .ShouldBe(("changed", "Athena", "Pallas"));
        (await PostAsync(admin, DefaultProcess.Source, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PostAsync(admin, Changed, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Bad_input_is_answered_with_every_error_and_changes_nothing()
    {
        var (status, problem) = await RefusedAsync(Changed.Replace("percentage: 1.0", "percentage: 200", StringComparison.Ordinal).Replace("bump: major", "bump: huge", StringComparison.Ordinal), "\"1\"");
        (status, problem.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.BadRequest, "process_invalid"));
        var errors = problem.GetProperty("errors");
        errors.GetArrayLength().ShouldBe(2);
        errors[0].GetProperty("place").GetString()!.ShouldContain("release_types[0].bump");
        errors[0].GetProperty("expected").GetString().ShouldBe("major, minor or patch");

        (status, problem) = await RefusedAsync(Changed, ifMatch: null);
        (status, problem.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.BadRequest, "version_required"));
        (status, problem) = await RefusedAsync(new string('#', 300_000), "\"1\"");
        (status, problem.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "process_too_large"));
        (status, problem) = await RefusedAsync("", "\"1\"");
        (status, problem.GetProperty("errors")[0].GetProperty("message").GetString()).ShouldBe((HttpStatusCode.BadRequest, "The document is empty."));
        (status, _) = await RefusedAsync(Changed, "\"99999999999999\"");
        status.ShouldBe(HttpStatusCode.PreconditionFailed);
        using var binary = new ByteArrayContent([0x61, 0xc3, 0x28]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/process/versions") { Content = binary, Headers = { { "If-Match", "\"1\"" } } };
        (await admin.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        server.Get<IProcessCatalog>().Current.Number.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        (await PostAsync(reader, Changed, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        server.Get<IProcessCatalog>().Current.Number.ShouldBe(1);
    }

    private async Task<(HttpStatusCode Status, JsonElement Problem)> RefusedAsync(string yaml, string? ifMatch)
    {
        using var response = await PostAsync(admin, yaml, ifMatch);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string yaml, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/process/versions") { Content = new StringContent(yaml, Encoding.UTF8, "application/yaml") };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }

    private async Task<HttpClient> WithKeyAsync(string scope)
    {
        var key = "athena_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var outcome = await server.Get<Store>().WriteAsync<Done>(
            Actor.System("test"),
            (write, _) =>
            {
                write.Add(new ApiKey
                {
                    Id = Guid.CreateVersion7(write.Now),
                    Name = scope,
                    Prefix = key[..10],
                    Hash = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
                    Scopes = [scope],
                    CreatedBy = "test",
                    CreatedAt = write.Now,
                });
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            default);
        outcome.IsAccepted.ShouldBeTrue();
        await server.Get<Athena.Dashboard.Identity.KeyRing>().RefreshAsync(default);
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }
}
