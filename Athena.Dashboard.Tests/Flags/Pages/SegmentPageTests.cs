using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Flags.Pages;
using Athena.Dashboard.Platform.Kernel;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Pages;

public sealed class SegmentPageTests : FlagComponentTest
{
    [Fact]
    public async Task A_segment_that_is_used_is_not_deleted_and_its_users_are_named()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var segments = world.Segments;
        (await segments.MakeAsync(SegmentChange.Create(new("beta", "Beta", [Is("plan", "pro")])), "test", null, world.Manager, None)).Accepted();
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        (await world.Service.EditAsync(FlagSamples.Key, "staging", setting.Version, FlagSettings.Of(setting) with { Conditions = [new Condition.InSegment("beta")] }, "test", null, world.Manager, None)).Accepted();
        var page = Render<SegmentPage>(parameters => parameters.Add(part => part.Key, "beta"));
        page.WaitForAssertion(() => page.Find(".uses a").GetAttribute("href").ShouldBe("flags/" + FlagSamples.Key));
        page.Find("button[aria-label='Delete this segment']").Click();
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Delete").ClickAsync(new());
        page.WaitForAssertion(() => page.Find("dialog .refusal-item-title").TextContent.ShouldBe($"{FlagSamples.Key} in staging"));

        (await segments.MakeAsync(SegmentChange.Edit(new("beta", "Beta", [Is("plan", "team")]), 1), "other plan", null, world.Manager, None)).Accepted();
        page = Render<SegmentPage>(parameters => parameters.Add(part => part.Key, "beta"));
        page.WaitForElement("button[aria-label='Take back: Changed']").Click();
        page.FindAll("dialog textarea").Single(area => area.Closest("dialog")!.TextContent.Contains("Only this change", StringComparison.Ordinal)).Input("wrong plan");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Take back").ClickAsync(new());
        (await Services.GetRequiredService<SegmentQueries>().ListAsync(None)).Single().Segment.Conditions.ShouldBe([Is("plan", "pro")]);
    }

    [Fact]
    public async Task What_others_have_to_approve_is_asked_for_and_waits_in_sight()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager, ChangeRequestTests.Approving(needed: 1));
        (await world.Segments.MakeAsync(SegmentChange.Create(new("beta", "Beta", [Is("plan", "pro")])), "test", null, world.Manager, None)).Accepted();
        var staging = await world.SwitchAsync(on: true, environment: "staging");
        (await world.Service.EditAsync(FlagSamples.Key, "staging", staging.Version, FlagSettings.Of(staging) with { Conditions = [new Condition.InSegment("beta")] }, "test", null, world.Manager, None)).Accepted();
        var setting = (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!;
        var launch = FlagChange.Put(FlagSamples.Key, "production", setting.Version, FlagSettings.Of(setting) with { Conditions = [new Condition.InSegment("beta")] }, enabled: true);
        var asked = (await world.Changes.AskAsync(launch, "launch", letAhead: false, world.Manager, None)).Accepted();
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted();

        var page = Render<SegmentPage>(parameters => parameters.Add(part => part.Key, "beta"));
        page.WaitForElement(".condition button.not").Click();
        await page.FindAll("button").Single(button => button.TextContent.Trim().StartsWith("Review and save", StringComparison.Ordinal)).ClickAsync(new());
        page.FindAll("dialog input").First(input => input.Closest("dialog")!.TextContent.Contains("Save beta?", StringComparison.Ordinal)).Input("the others");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Save").ClickAsync(new());
        page.WaitForAssertion(() => page.Find("dialog .notice").TextContent.ShouldContain("Engineering Lead or DevOps Engineer can approve it"));
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Ask for approval").ClickAsync(new());
        var request = (await world.Requests.ListOpenAsync(None)).ShouldHaveSingleItem();
        (request.Request.Key, request.Request.Reason).ShouldBe(("beta", "the others"));

        page = Render<SegmentPage>(parameters => parameters.Add(part => part.Key, "beta"));
        page.WaitForAssertion(() => page.Find(".waiting .notice a").GetAttribute("href").ShouldBe($"change-requests/{request.Request.Id}"));
        var shown = Render<ChangeRequestPage>(parameters => parameters.Add(part => part.Id, request.Request.Id));
        shown.WaitForAssertion(() => shown.Find("h1").TextContent.ShouldBe("Segment beta in Production"));
        shown.FindAll(".diff-added").ShouldNotBeEmpty();
        shown.Find(".ahead").TextContent.Trim().ShouldBe("Acts at once on database-views-v2 in production, database-views-v2 in staging.");
        shown.Find("a[href='segments/beta']").TextContent.ShouldBe("Open the segment");
    }
}
