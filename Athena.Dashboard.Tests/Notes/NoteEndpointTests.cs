using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Notes;

/// <summary>Notes over HTTP, as the editor, programs and the public use them.</summary>
public sealed class NoteEndpointTests
{
    [Theory, OnBothDatabases]
    public async Task A_draft_travels_with_its_version_and_a_conflict_answers_the_other_text(DatabaseKind kind)
    {
        await using var server = await StartAsync(kind);
        using var writer = await server.ClientAsync(Role.ProductManager);
        (await writer.PostAsync("/api/notes/1.2.0/draft", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var read = await writer.GetAsync("/api/notes/1.2.0/draft");
        read.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (await BodyAsync(read)).GetProperty("text").GetString()!.ShouldStartWith("# Athena v1.2.0 - Enhanced Database Views");

        var saved = await PutAsync(writer, "\"1\"", JsonContent.Create(new { text = "mine" }));
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        saved.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await BodyAsync(saved)).GetProperty("version").GetInt64().ShouldBe(2);

        var stale = await PutAsync(writer, "\"1\"", new StringContent("theirs", Encoding.UTF8, "text/markdown"));
        stale.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var problem = await BodyAsync(stale);
        problem.GetProperty("code").GetString().ShouldBe("stale_version");
        problem.GetProperty("current").GetProperty("text").GetString().ShouldBe("mine");
        problem.GetProperty("current").GetProperty("version").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_its_place_and_changes_nothing()
    {
        await using var server = await StartAsync(DatabaseKind.Sqlite);
        using var writer = await server.ClientAsync(Role.ProductManager);
        await writer.PostAsync("/api/notes/1.2.0/draft", null);
        var cases = new (string? Version, HttpContent Content, HttpStatusCode Status, string Code)[]
        {
            (null, Json("""{"text":"x"}"""), HttpStatusCode.BadRequest, "version_required"),
            ("\"1\"", Json("""{"text":"""), HttpStatusCode.BadRequest, "malformed_json"),
            ("\"1\"", Json("""{"text":"x","more":1}"""), HttpStatusCode.BadRequest, "malformed_json"),
            ("\"1\"", Json("""{"text":7}"""), HttpStatusCode.BadRequest, "malformed_json"),
            ("\"1\"", Json("{}"), HttpStatusCode.BadRequest, "malformed_json"),
            ("\"1\"", new ByteArrayContent([0xff, 0xfe]), HttpStatusCode.BadRequest, "malformed_text"),
            ("\"1\"", new StringContent(new string('x', SafeMarkdown.MostBytes + 1)), HttpStatusCode.RequestEntityTooLarge, "text_too_large"),
            ("\"1\"", new StringContent(new string('x', 2_000_000)), HttpStatusCode.RequestEntityTooLarge, "text_too_large"),
        };
        foreach (var (version, content, status, code) in cases)
        {
            var answer = await PutAsync(writer, version, content);
            answer.StatusCode.ShouldBe(status, code);
            (await BodyAsync(answer)).GetProperty("code").GetString().ShouldBe(code);
        }

        (await BodyAsync(await writer.GetAsync("/api/notes/1.2.0/draft"))).GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_writes_who_may_not()
    {
        await using var server = await StartAsync(DatabaseKind.Sqlite);
        using var writer = await server.ClientAsync(Role.ProductManager);
        await writer.PostAsync("/api/notes/1.2.0/draft", null);
        using var viewer = await server.ClientAsync(Role.Viewer);
        (await viewer.GetAsync("/api/notes/1.2.0/draft")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(viewer, "\"1\"", Json("""{"text":"x"}"""))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var nobody = server.CreateClient();
        (await nobody.GetAsync("/api/notes/1.2.0/draft")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PutAsync(nobody, "\"1\"", Json("""{"text":"x"}"""))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory, OnBothDatabases]
    public async Task Published_notes_are_read_by_everybody_without_circuit_or_cookie_and_unpublished_ones_by_nobody(DatabaseKind kind)
    {
        await using var server = await StartAsync(kind);
        using var everybody = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        everybody.DefaultRequestHeaders.Add("Accept", "text/html");
        using var product = await server.ClientAsync(Role.ProductManager);
        using var support = await server.ClientAsync(Role.Support);
        await product.PostAsync("/api/notes/1.2.0/draft", null);
        var missing = await everybody.GetAsync("/notes/1.2.0");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await missing.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(
            text => text.ShouldContain("There are no release notes here"),
            text => text.ShouldNotContain("blazor.web.js"));
        (await (await everybody.GetAsync("/notes")).Content.ReadAsStringAsync()).ShouldContain("Nothing is published yet");

        var draft = await VersionOfAsync(await PutAsync(product, "\"1\"", new StringContent(SpecNotes.Text + "\n<script>alert(1)</script>\n", Encoding.UTF8, "text/markdown")));
        draft = await VersionOfAsync(await PostAsync(product, draft, "approvals", "{}"));
        (await PostAsync(product, draft, "publications", "{}")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        draft = await VersionOfAsync(await PostAsync(support, draft, "approvals", """{"role":"support"}"""));
        (await PostAsync(support, draft, "publications", "{}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(product, draft, "publications", "{}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var page = await everybody.GetAsync("/notes/1.2.0");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("Advanced Database Filtering");
        html.ShouldContain("&lt;script&gt;alert(1)");
        html.ShouldNotContain("blazor.web.js", customMessage: "no circuit");
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
        page.Headers.CacheControl!.Public.ShouldBeTrue();
        page.Headers.CacheControl.MaxAge.ShouldBe(TimeSpan.FromMinutes(1));
        page.Headers.Contains("Pragma").ShouldBeFalse();
        (await (await everybody.GetAsync("/notes")).Content.ReadAsStringAsync()).ShouldContain("/notes/1.2.0");
    }

    [Fact]
    public async Task The_preview_is_what_would_be_published()
    {
        await using var server = await StartAsync(DatabaseKind.Sqlite);
        using var writer = await server.ClientAsync(Role.ProductManager);
        await writer.PostAsync("/api/notes/1.2.0/draft", null);
        var answer = await writer.PostAsync("/api/notes/1.2.0/preview", JsonContent.Create(new { text = With("Bug Fixes", "- [link](javascript:alert(1)) **fixed**") }));
        var html = (await BodyAsync(answer)).GetProperty("html").GetString()!;
        html.ShouldContain("<strong>fixed</strong>");
        html.ShouldNotContain("javascript:");
        html.ShouldNotContain("Acknowledgments");
    }

    private static async Task<AthenaServer> StartAsync(DatabaseKind kind)
    {
        var server = await AthenaServer.StartAsync(kind);
        var owner = await server.PersonAsync(Role.ReleaseManager);
        using var manager = server.ClientOf(owner);
        var planned = await manager.PostAsync("/api/releases", JsonContent.Create(new
        {
            type = "minor",
            version = Release,
            title = "Enhanced Database Views",
            ownerId = owner,
            targetDate = "2030-08-15",
            zone = "Europe/Vienna",
            userValue = "Users find records faster",
        }));
        planned.IsSuccessStatusCode.ShouldBeTrue(await planned.Content.ReadAsStringAsync());
        return server;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string? version, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/notes/1.2.0/draft") { Content = content };
        if (version is not null) request.Headers.Add("If-Match", version);
        return client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, long version, string what, string json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/notes/1.2.0/" + what) { Content = Json(json) };
        request.Headers.Add("If-Match", $"\"{version}\"");
        return client.SendAsync(request);
    }

    private static async Task<long> VersionOfAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await BodyAsync(answer)).GetProperty("version").GetInt64();
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();
}
