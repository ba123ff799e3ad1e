using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Communication;

/// <summary>A timeline over HTTP, in the whole product.</summary>
public sealed class CommunicationEndpointTests
{
    [Theory, OnBothDatabases]
    public async Task A_planned_release_gets_its_timeline_and_its_date_moves_it(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        using var manager = await PlanAsync(server);
        var timeline = await TimelineAsync(manager);
        timeline.GetProperty("moments").EnumerateArray().Sum(moment => moment.GetProperty("rows").GetArrayLength()).ShouldBe(16);
        Entry(timeline, "user-emails").GetProperty("dueAt").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2030, 8, 15, 8, 0, 0, TimeSpan.Zero));

        var release = await manager.GetAsync("/api/releases/1.2.0");
        var preview = await BodyAsync(await manager.GetAsync("/api/releases/1.2.0/target-date-moves/preview?targetDate=2030-11-20&zone=Europe/Vienna"));
        preview.ToString().ShouldContain("User notification emails");

        var moved = new HttpRequestMessage(HttpMethod.Post, "/api/releases/1.2.0/target-date-moves") { Content = JsonContent.Create(new { targetDate = "2030-11-20", zone = "Europe/Vienna", reason = "more tests" }) };
        moved.Headers.TryAddWithoutValidation("If-Match", release.Headers.ETag!.Tag);
        var answer = await manager.SendAsync(moved);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        await Wait.UntilAsync(async () => Entry(await TimelineAsync(manager), "user-emails").GetProperty("dueAt").GetDateTimeOffset() == new DateTimeOffset(2030, 11, 20, 9, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Items_are_ticked_skipped_and_opened_again_each_with_its_own_version()
    {
        await using var server = await AthenaServer.StartAsync();
        using var manager = await PlanAsync(server);
        using var viewer = await server.ClientAsync(Role.Viewer);
        using var support = await server.ClientAsync(Role.Support);
        var training = Entry(await TimelineAsync(manager), "support-training").GetProperty("id").GetString();
        var blog = Entry(await TimelineAsync(manager), "blog-draft").GetProperty("id").GetString();

        (await SendAsync(viewer, HttpMethod.Post, $"items/{training}/ticks", 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(support, HttpMethod.Post, $"items/{blog}/ticks", 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var ticked = await SendAsync(support, HttpMethod.Post, $"items/{training}/ticks", 1);
        ticked.StatusCode.ShouldBe(HttpStatusCode.OK);
        ticked.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await SendAsync(manager, HttpMethod.Post, $"items/{training}/ticks", 1)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(manager, HttpMethod.Delete, $"items/{training}/ticks", 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(manager, HttpMethod.Post, $"items/{training}/skips", 3, "{}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(manager, HttpMethod.Post, $"items/{training}/skips", 3, """{"reason":"nothing new for support"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Entry(await TimelineAsync(manager), "support-training").GetProperty("reason").GetString().ShouldBe("nothing new for support");
    }

    [Fact]
    public async Task A_message_is_edited_previewed_and_held()
    {
        await using var server = await AthenaServer.StartAsync();
        using var manager = await PlanAsync(server);
        await Wait.UntilAsync(async () => Message(await TimelineAsync(manager), "user-emails").GetProperty("state").GetString() == "noChannel");
        var id = Message(await TimelineAsync(manager), "user-emails").GetProperty("id").GetString();
        var version = (await BodyAsync(await manager.GetAsync($"/api/communication/messages/{id}"))).GetProperty("message").GetProperty("version").GetInt64();

        (await SendAsync(manager, HttpMethod.Put, $"messages/{id}/text", version, """{"subject":"","body":""}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(manager, HttpMethod.Put, $"messages/{id}/text", version, """{"subject":"News: {version}","body":"Hello **{title}** <b>x</b>"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var detail = await BodyAsync(await manager.GetAsync($"/api/communication/messages/{id}"));
        detail.GetProperty("filled").GetProperty("subject").GetString().ShouldBe("News: 1.2.0");
        detail.GetProperty("html").GetString().ShouldBe("<p>Hello <strong>Enhanced Database Views</strong> &lt;b&gt;x&lt;/b&gt;</p>\n");
        version = detail.GetProperty("message").GetProperty("version").GetInt64();
        (await SendAsync(manager, HttpMethod.Post, $"messages/{id}/holds", version, """{"reason":"legal"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Message(await TimelineAsync(manager), "user-emails").GetProperty("cause").GetString()!.ShouldEndWith(": legal");
    }

    [Fact]
    public async Task Lists_name_every_wrong_address()
    {
        await using var server = await AthenaServer.StartAsync();
        using var manager = await PlanAsync(server);
        var answer = await SendAsync(manager, HttpMethod.Put, "lists/users", 0, """{"addresses":["a@example.org","b","c\r\nBcc: d@example.org"]}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await BodyAsync(answer)).GetProperty("errors").GetArrayLength().ShouldBe(2);
        (await SendAsync(manager, HttpMethod.Put, "lists/users", 0, """{"addresses":["a@example.org"]}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(manager, HttpMethod.Put, "lists/users", 0, """{"addresses":[]}""")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(manager, HttpMethod.Put, "lists/nobody-knows", 0, """{"addresses":[]}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpClient> PlanAsync(AthenaServer server)
    {
        var owner = await server.PersonAsync(Role.ReleaseManager);
        var manager = server.ClientOf(owner);
        var planned = await manager.PostAsync("/api/releases", JsonContent.Create(new
        {
            type = "minor",
            version = "1.2.0",
            title = "Enhanced Database Views",
            ownerId = owner,
            targetDate = "2030-08-15",
            zone = "Europe/Vienna",
            userValue = "Users find records faster",
        }));
        planned.IsSuccessStatusCode.ShouldBeTrue(await planned.Content.ReadAsStringAsync());
        await Wait.UntilAsync(async () => (await manager.GetAsync("/api/communication/releases/1.2.0")).IsSuccessStatusCode);
        return manager;
    }

    private static async Task<JsonElement> TimelineAsync(HttpClient client) => await BodyAsync(await client.GetAsync("/api/communication/releases/1.2.0"));

    private static JsonElement Row(JsonElement timeline, string key) =>
        timeline.GetProperty("moments").EnumerateArray().SelectMany(moment => moment.GetProperty("rows").EnumerateArray()).Single(row => row.GetProperty("entry").GetProperty("key").GetString() == key);

    private static JsonElement Entry(JsonElement timeline, string key) => Row(timeline, key).GetProperty("entry");

    private static JsonElement Message(JsonElement timeline, string key) => Row(timeline, key).GetProperty("message");

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, long version, string? json = null)
    {
        var request = new HttpRequestMessage(method, "/api/communication/" + path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Add("If-Match", $"\"{version}\"");
        return client.SendAsync(request);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();
}
