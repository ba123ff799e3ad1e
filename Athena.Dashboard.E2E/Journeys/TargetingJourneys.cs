using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Rules written by a person without a mouse, answered to real OpenFeature clients: a service, and a page in a browser.</summary>
public sealed class TargetingJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task A_rule_with_a_segment_and_a_percentage_is_built_with_keys_alone_and_clients_see_it()
    {
        await World.Api.PostAsync("/api/flags", new JsonObject { ["key"] = World.Flag, ["name"] = "Database views v2", ["type"] = "release" });
        await World.SwitchAsync(on: true);
        // What production serves has been served before it.
        using (var lead = await World.SessionAsync("engineeringLead"))
            await lead.PostAsync($"/api/flags/{World.Flag}/environments/staging/switches", new JsonObject { ["on"] = true, ["reason"] = "The journey needs it." });
        // Users whose key begins with beta-.
        await World.Api.PostAsync("/api/segments", new JsonObject
        {
            ["key"] = "beta-testers",
            ["name"] = "Beta testers",
            ["reason"] = "The journey needs it.",
            ["conditions"] = new JsonArray(new JsonObject { ["attribute"] = "targetingKey", ["operator"] = "startsWith", ["values"] = new JsonArray("beta-") }),
        });
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 20);
        var testers = Enumerable.Range(1, 400).Select(i => $"beta-{i}").ToArray();
        (await application.AskAsync("beta-1", "user-1")).Values.ShouldAllBe(answer => answer.Value);

        // A page of another origin, which is never loaded again.
        await using var site = await ClientSite.StartAsync(World);
        var client = await site.OpenAsync(await World.CreateServiceKeyAsync(), World.Flag, "beta-1");
        await client.ShouldShowAsync("true STATIC");
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(8);
        await World.SwitchAsync(on: false);
        await client.ShouldShowAsync("false DISABLED");
        await World.SwitchAsync(on: true);
        await client.ShouldShowAsync("true STATIC");
        var tester = await site.OpenAsync(await World.CreateServiceKeyAsync("staging"), World.Flag, "beta-1");
        var stranger = await site.OpenAsync("athena_of_another_installation", World.Flag, "beta-1");
        await stranger.ShouldShowAsync("false ERROR PROVIDER_FATAL");

        var person = await World.SignInAsync("releaseManager");
        await person.OpenAsync("/flags/" + World.Flag);
        var page = person.Page;

        await TabToAsync(page, "Edit the rules in Production");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Group, new() { Name = "Rules in Production" }).WaitForAsync();

        // The page's own key adds a rule, with the cursor in a first condition that is not wanted here.
        await page.Keyboard.PressAsync("a");
        var rule = page.GetByRole(AriaRole.Region, new() { Name = "Rule 1" });
        await Assertions.Expect(rule.GetByLabel("Attribute")).ToBeFocusedAsync();
        await TabToAsync(page, "Remove condition 1");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(rule.GetByLabel("Attribute")).ToHaveCountAsync(0);
        await TabToAsync(page, "Segment");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(rule.GetByLabel("Segment")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("beta");
        await Assertions.Expect(rule.GetByLabel("Segment")).ToHaveValueAsync("beta-testers");
        await TabToAsync(page, "Serve");
        await page.Keyboard.TypeAsync("a split");
        await TabToAsync(page, "Share of on");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("25.001");
        await page.Keyboard.PressAsync("Tab");
        await TabToAsync(page, "Share of off");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("74.999");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByText("May expose more users.").First).ToBeVisibleAsync();

        // By now the token of the client's stream has expired, and it has to open another.
        await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > expires), "the token has expired");
        var first = client.Streams[0].Token;
        site.CutTheLine();
        await Eventually.TrueAsync(() => Task.FromResult(client.Streams.Any(stream => stream.Token != first && stream.Status == 200)), "the client listens with a new token");
        client.Streams.ShouldContain(stream => stream.Token == first && stream.Status == 401, "the old one opens no stream any more");

        await TabToAsync(page, "Review and save");
        await page.Keyboard.PressAsync("Enter");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Save for Production?" });
        await Assertions.Expect(dialog.GetByText("then on 25.001 %, off 74.999 % by targetingKey")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("A quarter of the testers first");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("production");
        await TabToAsync(page, "Save");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Saved for Production")).ToBeVisibleAsync();

        var answers = await application.AskAsync([.. testers, "user-1"]);
        answers["user-1"].Value.ShouldBeTrue();
        answers["user-1"].Reason.ShouldBe("TARGETING_MATCH");
        var exposed = testers.Count(tester => answers[tester].Value);
        // 25 % of 400, with four standard deviations to either side; membership is fixed by the hash.
        exposed.ShouldBeInRange(65, 135);
        testers.ShouldAllBe(tester => answers[tester].Reason == "SPLIT" && answers[tester].Error == null);

        await AddValueWithKeysAsync(page);
        (await World.Api.GetAsync($"/api/flags/{World.Flag}"))["variants"]!["later"]!.GetValue<bool>().ShouldBeTrue();

        // The browser's page knows by itself, by its new stream.
        await client.ShouldShowAsync($"{(answers["beta-1"].Value ? "true" : "false")} SPLIT");
        await World.SwitchAsync(on: false);
        await client.ShouldShowAsync("false DISABLED");
        // A key of staging sees nothing of production.
        await tester.ShouldShowAsync("true STATIC");
        site.Visits.ShouldBe(3);

        var setting = await World.Api.GetAsync($"/api/flags/{World.Flag}/environments/production");
        setting["rules"]![0]!["conditions"]![0]!["segment"]!.GetValue<string>().ShouldBe("beta-testers");
        setting["rules"]![0]!["serve"]!["split"]!.AsArray().Select(share => share!["weight"]!.GetValue<int>()).ShouldBe([25_001, 74_999]);
    }

    protected override Task<World> BeginAsync(Surroundings around) => World.BeginAsync(around, "--Athena:Flags:StreamTokenMinutes=0.12");

    /// <summary>Adds a value that nobody gets yet.</summary>
    private static async Task AddValueWithKeysAsync(IPage page)
    {
        await TabToAsync(page, "Edit the values");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Value");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Name of value 3");
        await page.Keyboard.TypeAsync("later");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("true");
        await TabToAsync(page, "Review and save");
        await page.Keyboard.PressAsync("Enter");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Save the values" });
        await Assertions.Expect(dialog.GetByText("Changes nothing for users now.")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("For the next step");
        await TabToAsync(page, "Save");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Values saved")).ToBeVisibleAsync();
    }

    /// <summary>Presses Tab until the element of this name has the focus.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        const string Name = """
            () => {
              const element = document.activeElement;
              return (element.getAttribute('aria-label') || element.labels?.[0]?.innerText || element.innerText || '').trim().split('\n')[0];
            }
            """;
        for (var i = 0; i < 120; i++)
        {
            if (await page.EvaluateAsync<string>(Name) == name) return;
            await page.Keyboard.PressAsync("Tab");
        }

        throw new InvalidOperationException($"No press of Tab reaches \"{name}\".");
    }
}
