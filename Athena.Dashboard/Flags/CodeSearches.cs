using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags;

/// <summary>Searches the configured repositories: by schedule, and when somebody asks.</summary>
public sealed class CodeSearches(Store store, FlagCleanup cleanup, IOptions<CodeSearchOptions> options, TimeProvider clock)
{
    private static readonly Actor Searcher = Actor.System("code search");
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Those that are configured, in their order; empty where none is.</summary>
    public async Task<ImmutableArray<CodeSearchState>> ListAsync(CancellationToken cancellationToken)
    {
        var known = await store.ReadAsync((db, token) => db.Set<CodeSearchState>().ToDictionaryAsync(state => state.Repository, StringComparer.Ordinal, token), cancellationToken);
        return [.. options.Value.Directories.Select(CodeSearchOptions.NameOf).Select(name => known.GetValueOrDefault(name) ?? new CodeSearchState { Repository = name })];
    }

    /// <summary>Wants all to be searched now. What runs already is not asked for again.</summary>
    public Task<Outcome<Done>> AskAsync(Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        actor,
        (write, state) =>
        {
            if (state.IsRunning || state.Waits) return state;
            write.Append(new CodeSearchAsked(state.Repository));
            return state with { AskedAt = write.Now };
        },
        cancellationToken);

    /// <summary>Wants what runs to end.</summary>
    public Task<Outcome<Done>> StopAsync(Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(actor, (_, state) => state.IsRunning ? state with { Stops = true } : state, cancellationToken);

    /// <summary>Searches, one after the other, what is due. Only one node does at a time.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in options.Value.Directories)
        {
            var name = CodeSearchOptions.NameOf(directory);
            var state = (await ListAsync(cancellationToken)).First(state => state.Repository == name);
            if (state.IsDue(TimeSpan.FromHours(options.Value.EveryHours), clock.GetUtcNow())) await SearchAsync(directory, name, cancellationToken);
        }
    }

    private async Task SearchAsync(string directory, string name, CancellationToken cancellationToken)
    {
        await SaveAsync(name, (_, state) => state.Begin(clock.GetUtcNow()), cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new Latest();
        var searching = cleanup.ScanAsync(directory, name, Searcher, stopping.Token, progress);
        var end = await FollowAsync(name, searching, progress, stopping, cancellationToken);
        await SaveAsync(
            name,
            (write, state) =>
            {
                if (end.Failure is { } reason) write.Append(new CodeSearchFailed(name, reason));
                return state.End(end, clock.GetUtcNow());
            },
            cancellationToken);
    }

    /// <summary>Waits for a search, says how far it is, and ends it when somebody wants that.</summary>
    private async Task<SearchEnd> FollowAsync(string name, Task<Outcome<(CodeScan Scan, int LeftOut)>> searching, Latest progress, CancellationTokenSource stopping, CancellationToken cancellationToken)
    {
        try
        {
            while (await Task.WhenAny(searching, Task.Delay(Look, clock, cancellationToken)) != searching)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (done, total) = progress.Now;
                var state = await SaveAsync(name, (_, state) => state with { Done = done, Total = total }, cancellationToken);
                if (state.Stops) await stopping.CancelAsync();
            }

            var found = await searching;
            return found.IsAccepted ? new SearchEnd(null, found.Value.LeftOut) : new SearchEnd(Sentence(found.Refusal));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SearchEnd("Somebody stopped it.");
        }
    }

    private static string Sentence(Refusal refusal) =>
        string.Join(' ', new[] { refusal.Title, refusal.Detail }.Concat(refusal.Items.Select(item => item.Message)).Where(part => part.Length > 0));

    private async Task<Outcome<Done>> ChangeAsync(Actor actor, Func<Write, CodeSearchState, CodeSearchState> change, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "search code for flags") is { } forbidden) return forbidden;
        if (options.Value.Directories.Length == 0) return Refusal.Conflict("no_directory", "No directory is configured to be searched.", $"Set {CodeSearchOptions.Section}:{nameof(CodeSearchOptions.Directories)}, or run 'flags references DIRECTORY'.");
        foreach (var directory in options.Value.Directories)
        {
            var name = CodeSearchOptions.NameOf(directory);
            var changed = await store.WriteOrStaleAsync<CodeSearchState>($"The search of {name}", actor, (write, token) => SaveAsync(write, name, change, token), cancellationToken);
            if (!changed.IsAccepted) return changed.Refusal;
        }

        return Done.Yes;
    }

    private async Task<CodeSearchState> SaveAsync(string name, Func<Write, CodeSearchState, CodeSearchState> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Somebody may ask or stop at the same moment: then it is done again on what he made of it.
            var saved = await store.WriteOrStaleAsync<CodeSearchState>($"The search of {name}", Searcher, (write, token) => SaveAsync(write, name, change, token), cancellationToken);
            if (saved.IsAccepted) return saved.Value;
        }
    }

    private static async Task<Outcome<CodeSearchState>> SaveAsync(Write write, string name, Func<Write, CodeSearchState, CodeSearchState> change, CancellationToken cancellationToken)
    {
        var row = await write.Db.Set<CodeSearchState>().FirstOrDefaultAsync(state => state.Repository == name, cancellationToken);
        var next = change(write, row is null ? new CodeSearchState { Repository = name } : row with { });
        if (row is null) write.Add(next);
        else if (next != row) next = next with { Version = write.Replace(row, next) };
        return next;
    }

    private sealed class Latest : IProgress<SearchProgress>
    {
        private readonly Lock gate = new();
        private SearchProgress now;

        public SearchProgress Now
        {
            get
            {
                lock (gate) return now;
            }
        }

        public void Report(SearchProgress value)
        {
            lock (gate) now = value;
        }
    }
}

/// <summary>Searches code on one node: when its time comes, and when somebody asks.</summary>
internal sealed class CodeSearchWorker(CodeSearches searches, Leases leases, EventStream stream, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("flags:code-search", WorkAsync, stoppingToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(envelope => envelope.Is<CodeSearchAsked>(), capacity: 1);
        while (true)
        {
            await searches.RunAsync(cancellationToken);
            await arrivals.WaitAsync(Look, clock, cancellationToken);
        }
    }
}
