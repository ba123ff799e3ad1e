using System.Globalization;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Notes;
using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Process;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Athena.Dashboard.Tests.Communication;

/// <summary>Notes and Communication with their workers over a real database, next to neighbours that a test plays.</summary>
internal sealed class NewsDesk : IAsyncDisposable
{
    private readonly WebApplication app;

    private NewsDesk(WebApplication app) => this.app = app;

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<NewsDesk> StartAsync(TestDatabase database, Neighbours neighbours, TimeProvider clock, SmtpSink? smtp, int mostRecipients = 50)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Athena:Storage:Directory"] = database.Folder,
            ["Athena:Storage:PostgreSql"] = database.Options.PostgreSql,
            ["Athena:Mail:Host"] = smtp is null ? "" : "127.0.0.1",
            ["Athena:Mail:Port"] = (smtp?.Port ?? 587).ToString(CultureInfo.InvariantCulture),
            ["Athena:Mail:Tls"] = "false",
            ["Athena:Mail:TimeoutSeconds"] = "300",
            ["Athena:Mail:From"] = "releases@example.org",
            ["Athena:Mail:MostRecipients"] = mostRecipients.ToString(CultureInfo.InvariantCulture),
            ["Athena:Mail:PublicUrl"] = "https://releases.example.org",
        });
        builder.Services.AddPlatform();
        builder.Services.AddNotes();
        builder.Services.AddCommunication();
        builder.Services.AddAuthorization();
        builder.Services.Replace(ServiceDescriptor.Singleton(clock));
        builder.Services.AddSingleton<IProcessCatalog>(new FixedProcessCatalog());
        builder.Services.AddSingleton<IReleaseLookup>(neighbours);
        builder.Services.AddSingleton<IRolloutLookup>(neighbours);
        builder.Services.AddSingleton<IGateVerdicts>(neighbours);
        builder.Services.AddSingleton<IPeople>(neighbours);
        var app = builder.Build();
        await app.StartAsync();
        return new NewsDesk(app);
    }

    /// <summary>Says that a release was planned, and waits for its timeline.</summary>
    public async Task PlanAsync(ReleaseSummary release)
    {
        await HappenAsync(new ReleasePlanned(release.Version, release.Title, release.Type, release.TargetDate, release.Zone, release.OwnerId, release.ProcessVersion));
        await Wait.UntilAsync(async () => await Get<CommunicationQueries>().FindAsync(release.Version, CancellationToken.None) is not null);
    }

    /// <summary>Appends events as the slice that they belong to would.</summary>
    public async Task HappenAsync(params IDomainEvent[] events) =>
        (await Get<Store>().WriteAsync<Done>(
            Notes.NoteSamples.Manager,
            (write, _) =>
            {
                foreach (var happened in events) write.Append(happened);
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None)).IsAccepted.ShouldBeTrue();

    public Task<List<OutboxMessage>> MessagesAsync() =>
        Get<Store>().ReadAsync((db, token) => db.Set<OutboxMessage>().OrderBy(message => message.DueAt).ToListAsync(token), CancellationToken.None);

    public async Task<OutboxMessage> MessageAsync(string key) => (await MessagesAsync()).Single(message => message.Key == key);

    public async Task<TimelineEntry> EntryAsync(string key) =>
        await Get<Store>().ReadAsync((db, token) => db.Set<TimelineEntry>().SingleAsync(entry => entry.Key == key, token), CancellationToken.None);

    public async Task SetListAsync(string key, params string[] addresses)
    {
        var list = (await Get<RecipientLists>().ListAsync(CancellationToken.None)).Single(list => list.Key == key);
        (await Get<RecipientLists>().SetAsync(key, list.Version, [.. addresses], [], Notes.NoteSamples.Product, CancellationToken.None)).Refusal.ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
