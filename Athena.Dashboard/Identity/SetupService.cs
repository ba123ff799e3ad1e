using System.Security.Cryptography;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Athena.Dashboard.Identity;

/// <summary>
/// The first Administrator, who cannot be added by anybody. Whoever can read the program's output may become that;
/// the token lives in memory only, so that a restart makes a new link.
/// </summary>
public sealed class SetupService(PeopleService service, PersonDirectory people) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1);
    private readonly OneTimeToken token = OneTimeToken.Make();

    /// <summary>Nothing but setting up works while this is true.</summary>
    public bool IsNeeded => !people.HasAdministrator;

    internal string Token => token.Text;

    public bool IsGood(string? presented) =>
        IsNeeded && presented is { Length: > 0 and <= 100 } && CryptographicOperations.FixedTimeEquals(OneTimeToken.HashOf(presented), token.Hash);

    public async Task<Outcome<AddedPerson>> UseLinkAsync(string? presented, string? name, string? email, string? password, string? source, CancellationToken cancellationToken)
    {
        if (!IsGood(presented))
            return Refusal.Forbidden("This link is not good.", "whoever sees the program's output: the link is printed there at each start");
        return await CreateAsync(name, email, password, source, cancellationToken);
    }

    /// <summary>Adds the first Administrator; refused when there is one.</summary>
    public async Task<Outcome<AddedPerson>> CreateAsync(string? name, string? email, string? password, string? source, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await people.RefreshAsync(cancellationToken);
            if (!IsNeeded)
                return Refusal.Conflict("set_up_already", "There is an Administrator already.", "An Administrator adds people under Settings.");
            var wanted = new NewPerson(name, email, [Role.Administrator], Zone: null, password ?? "");
            return await service.AddAsync(wanted, Actor.System("set-up") with { Source = source }, cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();
}

/// <summary>Prints the one-time link, once the server listens, to where the operator looks.</summary>
internal sealed class SetupAnnouncement(SetupService setup, IServer server) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!setup.IsNeeded) return;
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        var uri = new UriBuilder(address.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal));
        if (uri.Host is "0.0.0.0" or "[::]") uri.Host = "localhost";
        await Console.Out.WriteLineAsync(
            $"""

            Athena is not set up yet. Create its Administrator here; the link works once, until the next start:

              {uri.Uri.GetLeftPart(UriPartial.Authority)}/setup?token={setup.Token}

            """.AsMemory(),
            cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
