using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>The real server with flags and keys for it.</summary>
internal sealed class FlagServer(AthenaServer server) : IAsyncDisposable
{
    private readonly Actor manager = FlagSamples.Person(Role.ReleaseManager);

    public AthenaServer Server => server;

    public static async Task<FlagServer> StartAsync(TimeProvider? clock = null, params (string Name, string Value)[] settings) =>
        new(await AthenaServer.StartAsync(DatabaseKind.Sqlite, clock, builder =>
        {
            foreach (var (name, value) in settings) builder.Configuration[$"{FlagOptions.Section}:{name}"] = value;
        }));

    public async Task<FlagEnvironment> GivenAsync(string key, FlagSettings? settings = null, bool on = true, string environment = "production", IEnumerable<Variant>? variants = null)
    {
        var flags = server.Get<FlagService>();
        if (await server.Get<FlagQueries>().FindViewAsync(key, CancellationToken.None) is null)
            (await flags.CreateAsync(new FlagDescription(key, key, FlagKind.Release, Variants: variants is null ? null : [.. variants]), manager, CancellationToken.None)).Accepted();
        var setting = (await flags.SwitchAsync(key, environment, on, null, "test", new Consent(environment, Override: true), manager, CancellationToken.None)).Accepted();
        return settings is null
            ? setting
            : (await flags.EditAsync(key, environment, setting.Version, settings, "test", new Consent(environment, Override: true), manager, CancellationToken.None)).Accepted();
    }

    /// <summary>A rollout takes over a flag in production, exposing nobody yet.</summary>
    public async Task ClaimAsync(string key, Guid rolloutId) =>
        (await server.Get<IFlagExposure>().ClaimAsync(Guid.CreateVersion7(FlagSamples.Now), key, "production", rolloutId, manager, CancellationToken.None)).Accepted();

    /// <summary>A new key, as it is shown once.</summary>
    public async Task<string> KeyAsync(string scope = "flags:evaluate", string? environment = "production")
    {
        var key = "athena_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await server.Get<Store>().WriteAsync<Done>(
            manager,
            (write, _) =>
            {
                write.Add(new ApiKey
                {
                    Id = Guid.CreateVersion7(write.Now),
                    Name = "test",
                    Prefix = key[..12],
                    Hash = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
                    Scopes = [scope],
                    Environment = environment,
                    CreatedAt = write.Now,
                    CreatedBy = "test",
                });
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None);
        await server.Get<KeyRing>().RefreshAsync(CancellationToken.None);
        return key;
    }

    public async Task<HttpClient> ClientAsync(string scope = "flags:evaluate", string? environment = "production")
    {
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(scope, environment));
        return client;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
