using System.Reflection;
using System.Security.Claims;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Shell.Layout;
using Athena.Dashboard.Shell.Navigation;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Shell;

public sealed class NavigationTests : ComponentTest
{
    private readonly BunitAuthorizationContext visitor;

    public NavigationTests()
    {
        visitor = AddAuthorization();
        Services.AddSingleton<AntiforgeryStateProvider, NoToken>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void No_two_places_share_a_key_or_an_address()
    {
        NavigationMap.Places.Select(place => place.Key).ShouldBeUnique();
        NavigationMap.Places.Select(place => place.Href).ShouldBeUnique();
    }

    [Fact]
    public void The_bar_of_a_phone_has_room_for_four_places_and_the_drawer() =>
        NavigationMap.Places.Count(place => place.OnBar).ShouldBe(4);

    [Fact]
    public void The_layout_shows_every_place_with_its_key_and_a_way_past_them()
    {
        visitor.SetAuthorized("Administrator");
        visitor.SetPolicies(Enum.GetNames<Permission>());

        var layout = Render<MainLayout>(with => with.Add(it => it.Body, builder => builder.AddContent(0, "The page")));

        layout.FindAll(".sidebar a[data-goto]").Select(link => (link.GetAttribute("href"), link.GetAttribute("data-goto")))
            .ShouldBe(NavigationMap.Places.Select(place => ((string?)place.Href, (string?)place.Key.ToString())));
        layout.Find("a.skip-link").GetAttribute("href").ShouldEndWith("#main");
        layout.Find("main#main").TextContent.ShouldContain("The page");
    }

    [Fact]
    public void Somebody_who_may_only_see_is_not_led_to_closed_doors()
    {
        visitor.SetAuthorized("Viewer");
        visitor.SetPolicies(nameof(Permission.See));

        var layout = Render<MainLayout>(with => with.Add(it => it.Body, builder => builder.AddContent(0, "The page")));

        var closed = NavigationMap.Places.Where(place => place.Needs != Permission.See).Select(place => place.Href).ToList();
        closed.ShouldNotBeEmpty();
        layout.FindAll(".sidebar a[data-goto]").Select(link => link.GetAttribute("href")).ShouldBe(NavigationMap.Places.Select(place => place.Href).Except(closed));
    }

    [Fact]
    public void Every_place_needs_what_its_page_needs()
    {
        var pages = typeof(MainLayout).Assembly.GetTypes()
            .SelectMany(page => page.GetCustomAttributes<RouteAttribute>().Select(route => (route.Template, page.GetCustomAttribute<AuthorizeAttribute>()?.Policy)))
            .ToDictionary(page => page.Template, page => page.Policy);

        NavigationMap.Places.Select(place => (place.Href, place.Needs.ToString())).ShouldBe(NavigationMap.Places.Select(place => (place.Href, pages[place.Href]!)));
    }

    [Fact]
    public void The_menu_names_the_person_and_the_roles_and_posts_the_sign_out()
    {
        visitor.SetAuthorized("Release Desk");
        visitor.SetClaims(new Claim(ClaimTypes.Role, nameof(Role.QaLead)), new Claim(ClaimTypes.Role, nameof(Role.Support)));

        var menu = Render<UserMenu>();

        menu.Find(".user-name").TextContent.ShouldBe("Release Desk");
        menu.Find(".user-roles").TextContent.ShouldBe("QA Lead, Support");
        menu.Find(".avatar").TextContent.ShouldBe("RD");
        menu.Find("a.menu-item").GetAttribute("href").ShouldBe("/profile");
        menu.Find("form").GetAttribute("action").ShouldBe("/sign-out");
        menu.Find("form").GetAttribute("method").ShouldBe("post");
    }

    [Fact]
    public void Nobody_signed_in_sees_no_menu()
    {
        visitor.SetNotAuthorized();

        Render<UserMenu>().Markup.Trim().ShouldBeEmpty();
    }

    [Fact]
    public void A_page_that_fails_leaves_the_navigation_standing()
    {
        visitor.SetAuthorized("Administrator");
        visitor.SetPolicies(Enum.GetNames<Permission>());

        var layout = Render<MainLayout>(with => with.Add(it => it.Body, _ => throw new InvalidOperationException("broken")));

        layout.Find("main [role=alert]").TextContent.ShouldContain("This page has failed");
        layout.FindAll(".sidebar a[data-goto]").ShouldNotBeEmpty();
    }

    private sealed class NoToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
