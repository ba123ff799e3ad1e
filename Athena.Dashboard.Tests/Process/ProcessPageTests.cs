using AngleSharp.Dom;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Pages;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Process;

public sealed class ProcessPageTests : BunitContext
{
    [Fact]
    public void The_page_reads_every_part_of_the_process()
    {
        Begin(new FixedProcessCatalog(), new EventStream());
        var page = Render<ProcessPage>();
        foreach (var link in page.FindAll(".contents a"))
            page.FindAll("#" + link.GetAttribute("href")!.Split('#')[1]).ShouldHaveSingleItem();
        var document = DefaultProcess.Document;
        page.FindAll("#gates .item").Count.ShouldBe(22);
        page.FindAll("#communication .item").Count.ShouldBe(17);
        page.FindAll("#release-types .type").Count.ShouldBe(document.ReleaseTypes.Length);
        page.FindAll("#rules .list").Select(list => list.QuerySelector("h3")!.TextContent).ShouldBe(document.RuleLists.Select(list => list.Title));
        page.FindAll("#rollout .stage-line li").Count.ShouldBe(6);
        page.FindAll("#rollback .step").Count.ShouldBe(5);
        page.Markup.ShouldContain("Version 1 in force");
    }

    [Fact]
    public void A_version_that_was_never_made_is_said_so()
    {
        Begin(new FixedProcessCatalog(), new EventStream());
        Services.GetRequiredService<NavigationManager>().NavigateTo("process?version=9");
        var page = Render<ProcessPage>();
        page.Markup.ShouldContain("There is no version 9.");
        page.FindAll("section.part").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_versions_page_follows_a_new_version_and_shows_what_it_changed()
    {
        await using var server = await AthenaServer.StartAsync();
        Services.AddSingleton(server.Get<ProcessQueries>());
        Begin(server.Get<IProcessCatalog>(), server.Get<EventStream>());
        var page = Render<ProcessVersionsPage>();
        page.WaitForState(() => page.Markup.Contains("This is the first version.", StringComparison.Ordinal));

        var changed = DefaultProcess.Source.Replace("name: Athena", "name: <script>Pallas</script>", StringComparison.Ordinal);
        (await server.Get<ProcessService>().ApplyAsync(changed, 1, Actor.System("editor"), default)).IsAccepted.ShouldBeTrue();
        page.WaitForAssertion(() => page.FindAll(".difference-path").Select(path => path.TextContent).ShouldBe(["product.name"]), TimeSpan.FromSeconds(20));
        page.Find(".value-after").TextContent.ShouldContain("<script>Pallas</script>");
        page.Markup.ShouldNotContain("<script>");
        page.FindAll("select").Count.ShouldBe(2);
    }

    private void Begin(IProcessCatalog catalog, EventStream events)
    {
        Services.AddSingleton(catalog);
        Services.AddSingleton(events);
        Services.AddSingleton(TimeProvider.System);
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }
}
