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

public sealed class ProcessPageTests : BunitContext, IAsyncLifetime
{
    private AthenaServer server = default!;

    [Fact]
    public void The_page_reads_every_part_of_the_process()
    {
        Begin();
        var page = Render<ProcessPage>();
        page.WaitForAssertion(() => page.FindAll(".contents").Count.ShouldBe(1));
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
        Begin();
        Services.GetRequiredService<NavigationManager>().NavigateTo("process?version=9");
        var page = Render<ProcessPage>();
        page.WaitForAssertion(() => page.Markup.ShouldContain("There is no version 9."));
        page.FindAll("section.part").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_versions_page_follows_a_new_version_and_shows_what_it_changed()
    {
        Begin();
        var page = Render<ProcessVersionsPage>();
        page.WaitForAssertion(() => page.Markup.ShouldContain("This is the first version."));

        var changed = DefaultProcess.Source.Replace("name: Athena", "name: <script>Pallas</script>", StringComparison.Ordinal);
        (await server.Get<ProcessService>().ApplyAsync(changed, 1, Actor.System("editor"), default)).IsAccepted.ShouldBeTrue();
        page.WaitForAssertion(() => page.FindAll(".difference-path").Select(path => path.TextContent).ShouldBe(["product.name"]));
        page.Find(".value-after").TextContent.ShouldContain("<script>Pallas</script>");
        page.Markup.ShouldNotContain("<script>");
        page.FindAll("select").Count.ShouldBe(2);
    }

    public async ValueTask InitializeAsync() => server = await AthenaServer.StartAsync();

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    private void Begin()
    {
        Services.AddSingleton(server.Get<IProcessCatalog>());
        Services.AddSingleton(server.Get<ProcessQueries>());
        Services.AddSingleton(server.Get<EventStream>());
        Services.AddSingleton(TimeProvider.System);
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }
}
