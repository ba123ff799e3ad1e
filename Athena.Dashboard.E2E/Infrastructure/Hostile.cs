using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Texts as somebody writes them who wants to run scripts in others' pages, or to break their layout.</summary>
internal static class Hostile
{
    /// <summary>Short enough for a name.</summary>
    public const string Name = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\"'>&{{7*7}}";

    private const string Link = "https://example.org/\"><img src=x onerror=document.title='owned'>";

    private const string Seen = """
        () => [
          ...(document.title === 'owned' ? ['the title was taken over'] : []),
          ...[...document.querySelectorAll('[onerror], img[src="x"], script:not([src]):not([type])')].filter(element => element.outerHTML.includes('owned')).map(element => 'a text became ' + element.outerHTML),
          ...[...document.querySelectorAll('[href], [src], [action]')].filter(element => /^\s*(javascript|data|vbscript):/i.test(element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? '') && element.tagName !== 'IMG' && element.rel !== 'icon').map(element => 'a text became the address of ' + element.outerHTML),
        ]
        """;

    /// <summary>With a word that no line can hold.</summary>
    public static string Sentence { get; } = Name + " " + new string('W', 300);

    /// <summary>What a page has made of such texts that is not text.</summary>
    public static async Task<IEnumerable<string>> TracesOfTextsAsync(this IPage page) => await page.EvaluateAsync<string[]>(Seen);

    /// <summary>Whether such a text stands on the page, as it was written.</summary>
    public static Task<bool> ShowsHostileTextAsync(this IPage page) => page.EvaluateAsync<bool>("name => document.body.innerText.includes(name)", Name);

    /// <summary>Writes them wherever the API takes a text.</summary>
    public static async Task BeHostileAsync(this World world, Filled filled)
    {
        await OnReleasesAsync(world);
        await OnFlagsAsync(world);
        await OnChangesAsync(world, filled);
        await OnGatesAsync(world);
        await OnTalkAsync(world);
        await OnPeopleAsync(world);
        await OnAlertsAsync(world);
        await OnProcessAsync(world);
    }

    private static async Task OnReleasesAsync(World world)
    {
        var issues = new JsonArray(new JsonObject { ["text"] = Sentence, ["link"] = Link }, new JsonObject { ["text"] = Name });
        var release = await world.Api.GetAsync("/api/releases/" + World.Release);
        await world.Api.PutAsync(
            "/api/releases/" + World.Release,
            new JsonObject { ["title"] = Name, ["ownerId"] = world.IdOf("releaseManager"), ["userValue"] = Sentence, ["knownIssues"] = issues },
            release["rowVersion"]!.GetValue<long>());
        await world.PlanReleaseAsync("1.4.0", new string('W', 120), "2030-10-10");
        await world.TransitionAsync("cancelled", "1.4.0", Sentence);
        await world.Api.PostAsync($"/api/notes/{World.Release}/comments", new JsonObject { ["text"] = Sentence });
        var draft = await world.Api.GetAsync($"/api/notes/{World.Release}/draft");
        await world.Api.PutTextAsync(
            $"/api/notes/{World.Release}/draft",
            $"{draft["text"]!.GetValue<string>()}\n\n{Sentence}\n\n[press](javascript:document.title='owned') ![x](javascript:document.title='owned') <{Link}>\n\n| {Sentence} |\n| --- |\n| `{Sentence}` |\n\n```\n{Sentence}\n```\n",
            draft["version"]!.GetValue<long>());
    }

    private static async Task OnFlagsAsync(World world)
    {
        var flag = "/api/flags/" + World.Flag;
        await world.Api.PutAsync(flag, new JsonObject { ["name"] = Name, ["description"] = Sentence, ["releaseId"] = World.Release, ["owner"] = Name, ["reason"] = Sentence }, await VersionAsync(world, flag));
        await world.Api.PostAsync("/api/flags", new JsonObject
        {
            ["key"] = new string('w', 100),
            ["name"] = Name,
            ["type"] = "experimental",
            ["variants"] = new JsonObject { ["on"] = Sentence, ["off"] = Name },
            ["payloads"] = new JsonObject { ["on"] = new JsonObject { ["note"] = Sentence } },
        });
        await world.Api.PostAsync("/api/experiments", new JsonObject
        {
            ["key"] = new string('w', 100), ["name"] = Name, ["hypothesis"] = Sentence, ["owner"] = Name, ["flagKey"] = World.Flag, ["environment"] = "production",
            ["control"] = "off", ["treatments"] = new JsonArray("on"), ["primary"] = new JsonObject { ["name"] = new string('w', 100), ["unit"] = new string('w', 20) },
        });
        var setting = flag + "/environments/development";
        // The key belongs to production.
        using var lead = await world.SessionAsync("engineeringLead");
        await lead.PutAsync(
            setting,
            new JsonObject { ["conditions"] = new JsonObject { ["userTier"] = new JsonArray(Name, new string('W', 200)) }, ["percentage"] = 50, ["reason"] = Sentence },
            await VersionAsync(world, setting));
        var segment = "/api/segments/" + World.Segment;
        await world.Api.PutAsync(
            segment,
            new JsonObject { ["name"] = Name, ["description"] = Sentence, ["reason"] = Sentence, ["conditions"] = new JsonObject { ["userTier"] = new JsonArray(Name, new string('W', 200)) } },
            await VersionAsync(world, segment));
    }

    private static async Task OnChangesAsync(World world, Filled filled)
    {
        var request = "/api/change-requests/" + filled.Pending;
        using var author = await world.SessionAsync("engineeringLead");
        var known = await world.Api.GetAsync(request);
        await author.PutAsync(
            request,
            new JsonObject
            {
                ["settingVersion"] = known["before"]!["version"]!.GetValue<long>(),
                ["enabled"] = true,
                ["setting"] = new JsonObject { ["conditions"] = new JsonObject { ["userTier"] = new JsonArray(Name, new string('W', 200)) }, ["percentage"] = 50, ["reason"] = Sentence },
            },
            known["version"]!.GetValue<long>());
    }

    private static async Task OnGatesAsync(World world)
    {
        foreach (var item in (string[])["design-approved", "dependencies-planned"])
        {
            await world.OnItemAsync("1.3.0", item, "comments", new JsonObject { ["comment"] = Sentence });
            await world.OnItemAsync("1.3.0", item, "evidence", new JsonObject { ["title"] = Name, ["link"] = Link, ["about"] = Name });
        }

        await world.OnItemAsync("1.3.0", "resources-confirmed", "blocks", new JsonObject { ["reason"] = Sentence });
    }

    private static async Task OnTalkAsync(World world)
    {
        await world.OnEntryAsync("1.3.0", "blog-draft", "skips", new JsonObject { ["reason"] = Sentence });
        var row = await world.EntryAsync(World.Release, "internal-notification");
        if (row["message"]?["id"]?.GetValue<string>() is { } id)
        {
            var message = await world.Api.GetAsync("/api/communication/messages/" + id);
            await world.Api.PutAsync($"/api/communication/messages/{id}/text", new JsonObject { ["subject"] = Name, ["body"] = Sentence }, message["message"]!["version"]!.GetValue<long>());
        }
    }

    private static async Task OnPeopleAsync(World world)
    {
        await world.Api.PostAsync("/api/people", new JsonObject { ["name"] = Name, ["email"] = new string('w', 60) + "@example.com", ["roles"] = new JsonArray("viewer"), ["password"] = World.Password });
        await world.Api.PostAsync("/api/keys", new JsonObject { ["name"] = Name, ["scopes"] = new JsonArray("health:write"), ["environment"] = "production" });
    }

    private static async Task OnAlertsAsync(World world)
    {
        await world.Api.PostAsync("/api/alerts/silences", new JsonObject { ["matchers"] = new JsonArray(new JsonObject { ["label"] = "alertname", ["value"] = Name }), ["minutes"] = 600, ["comment"] = Sentence });
        await world.Api.PostAsync("/alerts/v1/webhook", new JsonObject
        {
            ["version"] = "4",
            ["status"] = "firing",
            ["alerts"] = new JsonArray(new JsonObject
            {
                ["status"] = "firing",
                ["labels"] = new JsonObject { ["alertname"] = Sentence, ["severity"] = Name, ["instance"] = new string('W', 300) },
                ["annotations"] = new JsonObject { ["summary"] = Sentence, ["description"] = Sentence },
                ["startsAt"] = TimeProvider.System.GetUtcNow(),
                ["generatorURL"] = "javascript:document.title='owned'",
            }),
        });
    }

    private static async Task OnProcessAsync(World world)
    {
        var number = (await world.Api.GetAsync("/api/process"))["number"]!.GetValue<long>();
        var source = (await world.Api.AskAsync(HttpMethod.Get, FormattableString.Invariant($"/api/process/versions/{number}/source"))).Text;
        var quoted = JsonValue.Create(Sentence).ToJsonString();
        foreach (var text in (string[])["title: Staging", "responsibility: Overall release coordination", "responsibility: Quality assurance and testing oversight"])
            source = source.Replace(text + "\n", $"{text.Split(':')[0]}: {quoted}\n", StringComparison.Ordinal);
        using var changed = new StringContent(source, Encoding.UTF8, "application/yaml");
        (await world.Api.AskAsync(HttpMethod.Post, "/api/process/versions", null, number, changed)).Accepted();
    }

    private static async Task<long> VersionAsync(World world, string address) => (await world.Api.GetAsync(address))["version"]!.GetValue<long>();
}
