using System.Net.Http.Headers;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>
/// People and keys for tests of other things than signing in: straight into the tables, without events and without the
/// slow hashing of passwords. Their sessions and keys are real ones.
/// </summary>
public static class Accounts
{
    private static readonly Actor Nobody = Actor.System("test");

    /// <summary>A client with the session of somebody new who holds these roles.</summary>
    public static async Task<HttpClient> ClientAsync(this AthenaServer server, params Role[] roles) =>
        server.ClientOf(await server.PersonAsync(roles));

    /// <summary>A client with a new session of an account.</summary>
    public static HttpClient ClientOf(this AthenaServer server, Guid personId)
    {
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Add("Cookie", server.CookieOf(personId));
        client.DefaultRequestHeaders.Add("Origin", server.Origin);
        return client;
    }

    /// <summary>A session's cookie as browsers send it over http.</summary>
    public static string CookieOf(this AthenaServer server, Guid personId)
    {
        var known = server.Get<PersonDirectory>().Find(personId)!;
        var options = server.Get<IOptionsMonitor<CookieAuthenticationOptions>>().Get(AccessSchemes.Session);
        var now = server.Get<TimeProvider>().GetUtcNow();
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now + options.ExpireTimeSpan };
        properties.Items["begun"] = now.ToString("o");
        var ticket = new AuthenticationTicket(SessionPrincipal.ForCookie(personId, known.Stamp!), properties, AccessSchemes.Session);
        return $"{options.Cookie.Name}={options.TicketDataFormat.Protect(ticket)}";
    }

    /// <summary>A client with a new API key.</summary>
    public static async Task<HttpClient> KeyClientAsync(this AthenaServer server, string scope, string? environment = "production")
    {
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await server.KeyAsync(scope, environment));
        return client;
    }

    public static async Task<string> KeyAsync(this AthenaServer server, string scope, string? environment = "production", DateTimeOffset? expiresAt = null)
    {
        var fresh = FreshKey.Make();
        await AddAsync(server.Services, now => new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Name = scope,
            Prefix = fresh.Prefix,
            Hash = fresh.Hash,
            Scopes = [scope],
            Environment = environment,
            CreatedAt = now,
            CreatedBy = "test",
            ExpiresAt = expiresAt,
        });
        await server.Get<KeyRing>().RefreshAsync(CancellationToken.None);
        return fresh.Text;
    }

    /// <summary>Somebody new with these roles and without a password.</summary>
    public static Task<Guid> PersonAsync(this AthenaServer server, params Role[] roles) => PersonAsync(server.Services, roles);

    internal static async Task EnsureAdministratorAsync(IServiceProvider services)
    {
        if (!services.GetRequiredService<PersonDirectory>().HasAdministrator) await PersonAsync(services, Role.Administrator);
    }

    private static async Task<Guid> PersonAsync(IServiceProvider services, params Role[] roles)
    {
        var id = Guid.Empty;
        await AddAsync(services, now =>
        {
            id = Guid.CreateVersion7(now);
            var name = string.Join(" and ", roles.Select(role => role.Title()));
            var email = $"{id:N}@example.org";
            var account = new Account
            {
                Id = id,
                Name = name,
                Email = email,
                NormalizedEmail = email.ToUpperInvariant(),
                UserName = email,
                NormalizedUserName = email.ToUpperInvariant(),
                Roles = [.. roles],
                CreatedAt = now,
            };
            account.EndSessions();
            return account;
        });
        await services.GetRequiredService<PersonDirectory>().RefreshAsync(CancellationToken.None);
        return id;
    }

    private static Task AddAsync<T>(IServiceProvider services, Func<DateTimeOffset, T> row)
        where T : class =>
        services.GetRequiredService<Store>().WriteAsync<Done>(
            Nobody,
            (write, _) =>
            {
                write.Add(row(write.Now));
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None);
}
