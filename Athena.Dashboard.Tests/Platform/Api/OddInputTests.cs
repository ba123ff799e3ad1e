using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using static Athena.Dashboard.Tests.Platform.Api.BadInputServer;

namespace Athena.Dashboard.Tests.Platform.Api;

/// <summary>Values that may be taken or refused, but break nothing.</summary>
public sealed class OddInputTests(BadInputServer world) : BadInput(world), IClassFixture<BadInputServer>
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\"'>&{{7*7}}\u202Eforegnuh\r\n2030-01-01 fail: forged";

    [Fact]
    public async Task A_version_that_is_missing_unreadable_or_not_the_present_one_is_refused_and_nothing_is_written()
    {
        var versioned = new List<WriteEndpoint>();
        // What asks for no version is carried out by this question; the others are found by it.
        foreach (var endpoint in Endpoints.Where(endpoint => endpoint.Route != "/sign-out"))
        {
            if ((await AskAsync(World.Client, endpoint.Method, World.AddressOf(endpoint), BodyFor(endpoint), "\"no version\"")).Code == "version_required") versioned.Add(endpoint);
        }

        var stale = 0;
        await ShouldRefuseAsync(versioned, async (endpoint, faults) =>
        {
            var address = World.AddressOf(endpoint);
            foreach (var unreadable in (string[])["7, 8", "-1", "W/\"x\"", "\"99999999999999999999\""])
                faults.Add(endpoint, unreadable, (await AskAsync(World.Client, endpoint.Method, address, BodyFor(endpoint), unreadable)).Fault(place: "If-Match"));
            // Without any, a switch is thrown whatever the version: in an emergency nobody reads it first.
            if (!endpoint.Route.EndsWith("/switches", StringComparison.Ordinal))
                faults.Add(endpoint, "none", (await AskAsync(World.Client, endpoint.Method, address, BodyFor(endpoint))).Fault(place: "If-Match"));
            var old = await AskAsync(World.Client, endpoint.Method, address, BodyFor(endpoint), "\"999999\"");
            faults.Add(endpoint, "stale", old.Fault(placed: false));
            if (old.Status == 412) stale++;
        });
        stale.ShouldBeGreaterThan(versioned.Count / 2);
    }

    [Fact]
    public async Task Nothing_in_the_place_of_a_value_never_breaks_the_server() =>
        await ShouldNotBreakAsync(async (endpoint, faults) =>
        {
            var sample = endpoint.Sample();
            foreach (var member in endpoint.Members())
            {
                await TryAsync(endpoint, $"{member.Name}: null", member.With(sample, null), faults);
                if (member.Type.ElementType is not null && member.With(sample, sample) is { } body && body is not null)
                    await TryAsync(endpoint, $"{member.Name}: [null]", member.With(sample, member.Type.Kind == JsonTypeInfoKind.Dictionary ? new JsonObject { ["name"] = null } : new JsonArray((JsonNode?)null)), faults);
            }

            await TryAsync(endpoint, "{}", new JsonObject(), faults);
        });

    [Fact]
    public async Task No_text_breaks_the_server_whatever_is_in_it() =>
        await ShouldNotBreakAsync(async (endpoint, faults) =>
        {
            var sample = endpoint.Sample();
            foreach (var member in endpoint.Members().Where(member => member.IsText))
            {
                foreach (var text in (string[])[new('x', 100_000), "a\0b", Hostile])
                    await TryAsync(endpoint, $"{member.Name}: {text[..Math.Min(20, text.Length)]}", member.With(sample, member.TextOf(text)), faults);
                // Half of a surrogate pair cannot be written by the serializer.
                var half = member.With(sample, member.TextOf("HALF")).ToJsonString().Replace("HALF", "\\ud800", StringComparison.Ordinal);
                var answer = await World.SendAsync(endpoint, Json(half));
                if (!answer.IsAccepted) faults.Add(endpoint, $"{member.Name}: half a pair", answer.Fault(placed: false));
            }
        });

    [Fact]
    public async Task No_value_at_the_ends_of_its_type_breaks_the_server() =>
        await ShouldNotBreakAsync(async (endpoint, faults) =>
        {
            foreach (var member in endpoint.Members())
            {
                foreach (var value in member.Extremes()) await TryAsync(endpoint, $"{member.Name}: {value.ToJsonString()}", member.With(endpoint.Sample(), value), faults);
            }
        });

    [Fact]
    public async Task A_body_that_is_read_by_hand_never_breaks_the_server() =>
        await ShouldNotBreakAsync(
            async (endpoint, faults) =>
            {
                // What reads no body takes any.
                if ((await World.SendAsync(endpoint, Json("{"))).Status is not 400 and not 415) return;
                foreach (var type in (string[])["application/json", "application/yaml"])
                {
                    foreach (var body in (string[])[.. NotJson, "", "[]", "7", "null", "{}", "{\"text\":null}", "{\"text\":7}", "{\"noSuchMember\":1}", "{\"\\ud800\":\"\\udc00\"}", "a: &a [*a]", "a:\n\t- b", "? : :", "\"\\0\""])
                    {
                        var answer = await World.SendAsync(endpoint, new StringContent(body, Encoding.UTF8, type));
                        if (!answer.IsAccepted) faults.Add(endpoint, $"{type} {body}", answer.Fault(placed: answer.Status == 400));
                    }
                }

                var large = await World.SendAsync(endpoint, new ByteArrayContent(new byte[(1024 * 1024) - 1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") } });
                if (!large.IsAccepted) faults.Add(endpoint, "large", large.Fault(placed: false));
            },
            Endpoints.Where(endpoint => endpoint.Method != "DELETE" && (endpoint.Body is null || endpoint.Route == "/api/rollouts")));
}
