using Athena.Dashboard.Identity;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>Whose zone a page's times are in.</summary>
public sealed class PersonZoneTests
{
    private const string Password = "four mild winters ago";

    [Fact]
    public async Task Times_are_in_the_zone_of_the_profile_else_in_the_browsers_else_in_UTC()
    {
        await using var server = await AthenaServer.StartAsync();

        (await ProfileAsync(server, "traveller@example.org", "Asia/Tokyo", "Europe/Berlin")).ShouldContain("+09:00 Asia/Tokyo");
        (await ProfileAsync(server, "resident@example.org", null, "Asia/Kolkata")).ShouldContain("+05:30 Asia/Kolkata");
        (await ProfileAsync(server, "newcomer@example.org", null, null)).ShouldMatch("title=\"[0-9-]{10} [0-9:.]{12} UTC\"");
        (await ProfileAsync(server, "joker@example.org", null, "Mars/Olympus")).ShouldMatch("title=\"[0-9-]{10} [0-9:.]{12} UTC\"");
    }

    /// <summary>The page as it comes before its circuit.</summary>
    private static async Task<string> ProfileAsync(AthenaServer server, string email, string? zone, string? browsersZone)
    {
        (await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", email, [Role.Viewer], zone, Password), Actor.System("test"), default)).IsAccepted.ShouldBeTrue();
        using var browser = new Browser(server);
        await browser.SignInAsync(email, Password);
        if (browsersZone is not null) browser.Client.DefaultRequestHeaders.Add("Cookie", "athena-zone=" + Uri.EscapeDataString(browsersZone));
        return System.Net.WebUtility.HtmlDecode((await browser.GetAsync("/profile")).Body);
    }
}
