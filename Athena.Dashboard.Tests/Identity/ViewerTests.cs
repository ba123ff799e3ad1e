using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>A Viewer looks and does not touch: over the whole API, by the routes that there are.</summary>
public sealed partial class ViewerTests
{
    /// <summary>Not GET, and still nothing that anybody could have changed afterwards. Longer is worse.</summary>
    private static readonly string[] Harmless =
    [
        // Ends one's own session.
        "POST /sign-out",
        // Show what a text or a context would give.
        "POST /api/notes/{release}/preview",
        "POST /api/communication/messages/{id:guid}/preview",
        "POST /api/recovery/{id:guid}/post-mortem/preview",
        "POST /api/flags/{key}/environments/{environment}/explanations",
        "POST /api/playground",
        "POST /api/flag-files/differences",
    ];

    /// <summary>What a Viewer may not even read.</summary>
    private static readonly string[] OfAdministrators = ["/api/people", "/api/keys"];

    [Fact]
    public async Task A_viewer_is_refused_by_everything_that_changes_something_and_told_who_can()
    {
        await using var server = await AthenaServer.StartAsync();
        using var viewer = await server.ClientAsync(Role.Viewer);
        using var reader = await server.KeyClientAsync("read");
        foreach (var (method, route, type) in Changes(server))
        {
            foreach (var client in new[] { viewer, reader })
            {
                using var answer = await AskAsync(client, method, route, type);
                answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {route}");
                var problem = await ProblemAsync(answer);
                problem.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
                problem.GetProperty("code").GetString().ShouldBe("forbidden");
                problem.GetProperty("whoCan").GetArrayLength().ShouldBeGreaterThan(0, $"{method} {route}");
            }
        }
    }

    [Fact]
    public async Task Nobody_gets_nowhere_and_is_told_what_it_takes()
    {
        await using var server = await AthenaServer.StartAsync();
        using var nobody = server.CreateClient();
        using var stranger = server.CreateClient();
        stranger.DefaultRequestHeaders.Add("X-API-Key", "athena_nonsense");
        foreach (var (method, route, type) in Routes(server))
        {
            foreach (var client in new[] { nobody, stranger })
            {
                using var answer = await AskAsync(client, method, route, type);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {route}");
                (await ProblemAsync(answer)).GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
            }
        }
    }

    [Fact]
    public async Task A_viewer_reads_everything_but_people_and_keys()
    {
        await using var server = await AthenaServer.StartAsync();
        using var viewer = await server.ClientAsync(Role.Viewer);
        foreach (var (method, route, type) in Routes(server).Where(found => found.Method == "GET" || Harmless.Skip(1).Contains($"{found.Method} {found.Route}")))
        {
            using var answer = await AskAsync(viewer, method, route, type);
            var forbidden = OfAdministrators.Any(prefix => route == prefix || route.StartsWith(prefix + "/", StringComparison.Ordinal));
            (answer.StatusCode == HttpStatusCode.Forbidden).ShouldBe(forbidden, $"{method} {route}");
            answer.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized, $"{method} {route}");
        }
    }

    /// <summary>Everything that takes something else than GET, except pages, whose forms are about signing in, and what carries circuits.</summary>
    private static IEnumerable<(string Method, string Route, string Type)> Changes(AthenaServer server)
    {
        var changes = Routes(server).Where(found => found.Method != "GET").ToList();
        Harmless.Except(changes.Select(found => $"{found.Method} {found.Route}")).ShouldBeEmpty("what is on the list has to exist");
        changes.Count.ShouldBeGreaterThan(50);
        return changes.Where(found => !Harmless.Contains($"{found.Method} {found.Route}"));
    }

    private static IEnumerable<(string Method, string Route, string Type)> Routes(AthenaServer server) =>
        from endpoint in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null
        let route = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where route.StartsWith("/api/", StringComparison.Ordinal) || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: var all } && !all.Contains("GET") && !IsTransport(route)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "PATCH", "DELETE"]
        where method is not ("HEAD" or "OPTIONS")
        select (method, route, endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes[0] ?? "application/json");

    // Circuits and the hub authenticate by themselves, and what comes over them asks for itself.
    private static bool IsTransport(string route) => route.StartsWith("/_blazor", StringComparison.Ordinal) || route.StartsWith("/hubs/", StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string method, string route, string type)
    {
        var path = Parameter().Replace(route, hole => hole.Groups["kind"].Value switch { ":guid" => Guid.Empty.ToString(), ":int" => "1", _ => "sample" });
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET") request.Content = new StringContent("{}", Encoding.UTF8, type);
        return await client.SendAsync(request);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", answer.RequestMessage!.RequestUri!.ToString());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    [GeneratedRegex(@"\{\w+(?<kind>:\w+)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
