using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using static Athena.Dashboard.Tests.Platform.Api.BadInputServer;

namespace Athena.Dashboard.Tests.Platform.Api;

/// <summary>What every endpoint that changes something makes of what it cannot take. Endpoints are found, not listed.</summary>
public sealed class BadInputTests(BadInputServer world) : BadInput(world), IClassFixture<BadInputServer>
{
    [Fact]
    public async Task A_body_that_is_no_json_or_of_another_shape_is_refused_with_code_place_and_reason_and_nothing_is_written()
    {
        Endpoints.Count(endpoint => endpoint.Body is not null).ShouldBeGreaterThan(40);
        await ShouldRefuseAsync(Endpoints.Where(endpoint => endpoint.Body is not null), async (endpoint, faults) =>
        {
            string[] anyShape = endpoint.Members().Any() ? [] : NotJson;
            foreach (var body in NotJson.Concat(endpoint.Members().Any() ? ["[]", "[{}]", "7", "\"text\"", "true"] : anyShape))
                faults.Add(endpoint, body, (await World.SendAsync(endpoint, Json(body))).Fault());
            if (endpoint.BodyIsOptional) return;
            foreach (var body in (string[])["", " ", "null"]) faults.Add(endpoint, $"'{body}'", (await World.SendAsync(endpoint, Json(body))).Fault());
            faults.Add(endpoint, "no body", (await World.SendAsync(endpoint, null)).Fault(placed: false));
        });
    }

    [Fact]
    public async Task Another_content_type_broken_text_and_too_much_of_it_are_refused_and_nothing_is_written() =>
        await ShouldRefuseAsync(Endpoints.Where(endpoint => endpoint.Body is not null), async (endpoint, faults) =>
        {
            if (!endpoint.Route.EndsWith("/rollouts", StringComparison.Ordinal))
                faults.Add(endpoint, "text/plain", (await World.SendAsync(endpoint, new StringContent(endpoint.Sample().ToJsonString(), Encoding.UTF8, "text/plain"))).Fault(placed: false));
            var broken = new ByteArrayContent([.. "{\"reason\":\""u8, 0xC3, 0x28, .. "\"}"u8]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            faults.Add(endpoint, "not UTF-8", (await World.SendAsync(endpoint, broken)).Fault());
            var large = await World.SendAsync(endpoint, Json($"{{\"reason\":\"{new string('x', 1024 * 1024)}\"}}"));
            faults.Add(endpoint, "large", large.Fault(placed: false) ?? (large.Status == 413 ? null : $"{large.Status} {large.Code}"));
        });

    /// <summary>Without a length the server's own limit is what stops it.</summary>
    [Fact]
    public async Task A_body_in_chunks_that_grows_too_large_is_refused_like_one_that_says_so_and_nothing_is_written() =>
        await ShouldRefuseAsync(Endpoints.Where(endpoint => endpoint.Body is not null).Take(5), async (endpoint, faults) =>
        {
            var large = await BadInputServer.AskAsync(
                World.Client, endpoint.Method, World.AddressOf(endpoint), new Chunks(Encoding.UTF8.GetBytes($"{{\"reason\":\"{new string('x', 1024 * 1024)}\"}}")), "\"1\"");
            faults.Add(endpoint, "large in chunks", large.Fault(placed: false) ?? (large.Status == 413 ? null : $"{large.Status} {large.Code}"));
        });

    [Fact]
    public async Task A_member_that_is_unknown_doubled_or_of_another_type_is_named_and_nothing_is_written() =>
        await ShouldRefuseAsync(Endpoints.Where(endpoint => endpoint.Members().Any()), async (endpoint, faults) =>
        {
            var sample = endpoint.Sample();
            var unknown = sample.DeepClone();
            unknown["noSuchMember"] = 1;
            faults.Add(endpoint, "unknown", (await World.SendAsync(endpoint, Json(unknown))).Fault(place: "noSuchMember"));
            var first = endpoint.Members().First();
            var twice = $"{{\"{first.Name}\":{sample[first.Name]!.ToJsonString()},{sample.ToJsonString()[1..]}";
            faults.Add(endpoint, "twice", (await World.SendAsync(endpoint, Json(twice))).Fault(place: first.Name));
            foreach (var member in endpoint.Members())
            {
                foreach (var wrong in member.WrongValues())
                    faults.Add(endpoint, $"{member.Name}: {wrong.ToJsonString()}", (await World.SendAsync(endpoint, Json(member.With(sample, wrong)))).Fault(place: member.Path[^1]));
            }

            var all = endpoint.Members().Where(member => member.Path.Length == 1 && !member.IsAnything).ToList();
            var answer = await World.SendAsync(endpoint, Json(all.Aggregate(sample, (body, member) => member.With(body, member.WrongValues().First()))));
            foreach (var member in all) faults.Add(endpoint, "all wrong", answer.Fault(place: "$." + member.Name));
        });

    [Fact]
    public async Task Without_a_key_that_may_nothing_is_taken_and_every_refusal_says_what_is_wrong_with_it()
    {
        var past = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var without = World.Server.CreateClient();
        using var unknown = World.ClientWith(FreshKey.Make().Text);
        using var malformed = World.ClientWith("no key of ours");
        using var expired = World.ClientWith(await World.Server.KeyAsync("admin", environment: null, expiresAt: past));
        using var other = World.ClientWith(await World.Server.KeyAsync("flags:evaluate"));
        (HttpClient Client, int Status, string Code)[] callers =
            [(without, 401, "not_signed_in"), (unknown, 401, "key_unknown"), (malformed, 401, "key_malformed"), (expired, 401, "key_expired"), (other, 403, "forbidden")];
        await ShouldRefuseAsync(Endpoints.Where(endpoint => endpoint.Route != "/sign-out"), async (endpoint, faults) =>
        {
            foreach (var (client, status, code) in callers)
            {
                var answer = await AskAsync(client, endpoint.Method, World.AddressOf(endpoint), BodyFor(endpoint), "\"1\"");
                faults.Add(endpoint, code, answer.Fault(placed: false) ?? ((answer.Status, answer.Code) == (status, code) ? null : $"{answer.Status} {answer.Code}"));
            }
        });
    }

    [Fact]
    public async Task Questions_that_cannot_be_read_name_the_parameter_and_none_breaks_the_server()
    {
        var faults = new List<string>();
        foreach (var endpoint in World.Server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") is true))
        {
            var route = new WriteEndpoint("GET", endpoint.RoutePattern.RawText!.TrimEnd('/'), null);
            foreach (var asked in endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().Where(parameter => endpoint.RoutePattern.GetParameter(parameter.Name) is null && parameter.HasTryParse || parameter.ParameterInfo.ParameterType == typeof(string)))
            {
                if (endpoint.RoutePattern.GetParameter(asked.Name) is not null) continue;
                var address = $"{World.AddressOf(route)}?{asked.Name}=";
                var nul = await AskAsync(World.Client, "GET", address + "a%00b");
                if (nul.Fault(place: asked.Name) is { } broken) faults.Add($"{address}NUL: {broken}\n");
                var wrong = await AskAsync(World.Client, "GET", address + "no%20such%20value");
                if (!wrong.IsAccepted && wrong.Fault(placed: wrong.Status == 400) is { } unclear) faults.Add($"{address}: {unclear}\n");
                if (asked.ParameterInfo.ParameterType != typeof(string) && (wrong.Status != 400 || !(wrong.Places.Contains(asked.Name) || wrong.Text.Contains("The value is missing.", StringComparison.Ordinal)))) faults.Add($"{address}: {wrong.Status} {wrong.Text}\n");
                var long100 = await AskAsync(World.Client, "GET", address + new string('x', 7000));
                if (!long100.IsAccepted && long100.Fault(placed: false) is { } large) faults.Add($"{address}long: {large}\n");
            }
        }

        faults.ShouldBeEmpty();
    }

    /// <summary>Does not know how long it is, so that it is sent in chunks.</summary>
    private sealed class Chunks : HttpContent
    {
        private readonly byte[] text;

        public Chunks(byte[] text)
        {
            this.text = text;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var part in text.Chunk(64 * 1024)) await stream.WriteAsync(part);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
