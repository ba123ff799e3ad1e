using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>
/// Server-sent events that say "ask again", at <c>/ofrep/v1/events?token=…</c> or with the headers of an evaluation.
/// All streams of an environment walk along one list of frames, each made once: whoever falls behind walks faster, and
/// nobody waits for him. A message carries no flag, so one at the end stands for any number that a client missed. Its tag
/// says to any node how far it has to have come before it answers.
/// </summary>
internal sealed class FlagStreams(
    FlagSnapshots snapshots,
    FlagCatchUp catchUp,
    IProcessCatalog process,
    IApiKeys keys,
    StreamTokens tokens,
    IOptions<FlagOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : BackgroundService
{
    // A change between a client's first evaluation and its opening of the stream would be lost to it.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Hub> hubs = new(StringComparer.Ordinal);
    private readonly PeriodicTimer alive = new(TimeSpan.FromSeconds(options.Value.StreamKeepAliveSeconds), clock);
    private int open;

    public StreamTokens Tokens => tokens;

    /// <summary>Streams that are open now.</summary>
    public int Open => Volatile.Read(ref open);

    public override void Dispose()
    {
        snapshots.Changed -= Tell;
        keys.Changed -= ShowLife;
        alive.Dispose();
        base.Dispose();
    }

    public async Task ServeAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, OPTIONS";
            OfrepServer.Fail(http, StatusCodes.Status405MethodNotAllowed, default, "GENERAL", "A stream is opened with GET.");
            return;
        }

        var holder = keys.ReadToken(http.Request.Query["token"].ToString());
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        // 401 closes an EventSource for good; its provider then asks for the flags, and so for a new address.
        if (holder is not { Actor: { Environment: { } environment } actor } || !actor.May(Permission.EvaluateFlags) || snapshots.Find(environment) is null || (holder.IsExpired && last == StreamTokens.Renew))
        {
            OfrepServer.Fail(http, StatusCodes.Status401Unauthorized, default, "GENERAL", "The token of this stream is not known, or not good any more.");
            return;
        }

        if (Interlocked.Increment(ref open) > options.Value.MostStreams)
        {
            Interlocked.Decrement(ref open);
            http.Response.Headers.RetryAfter = "30";
            OfrepServer.Fail(http, StatusCodes.Status429TooManyRequests, default, "GENERAL", "Too many streams are open.");
            return;
        }

        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            // Proxies that collect answers would hold the messages back.
            http.Response.Headers["X-Accel-Buffering"] = "no";
            // The provider has the new address by then, and what changes before it listens there it takes over without a word.
            if (holder.IsExpired) await http.Response.Body.WriteAsync(Message(StreamTokens.Renew, StreamTokens.Renew, retry: 1_000));
            else await FollowAsync(http, HubOf(environment), actor, last);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client left, or the server is stopping.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    /// <summary>Listens before the first request is served: a change in between would be told to nobody.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        snapshots.Changed += Tell;
        keys.Changed += ShowLife;
        Tell();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await alive.WaitForNextTickAsync(stoppingToken)) ShowLife(this, EventArgs.Empty);
    }

    // With each sign of life a stream looks whether its key is still good.
    private void ShowLife(object? sender, EventArgs e)
    {
        foreach (var hub in hubs.Values) hub.Add(Frame.KeepAlive);
    }

    private async Task FollowAsync(HttpContext http, Hub hub, Actor actor, string last)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var (place, id, tag, changedAt) = hub.Enter();
        var missed = last.Length > 0 ? last != id : clock.GetUtcNow() - changedAt < Fresh;
        await http.Response.BodyWriter.WriteAsync(missed ? Message(id, tag, retry: 2_000) : Encoding.UTF8.GetBytes($": open\nretry: 2000\nid: {id}\n\n"), ends.Token);
        while (true)
        {
            var frame = await place.Next.WaitAsync(ends.Token);
            if (frame.IsKeepAlive && !keys.IsGood(actor.Id)) return;
            // Writes and flushes.
            await http.Response.BodyWriter.WriteAsync(frame.Bytes, ends.Token);
            place = frame;
        }
    }

    private Hub HubOf(string environment) => hubs.GetOrAdd(environment, _ => new Hub(snapshots.Find(environment), Tag(), clock.GetUtcNow()));

    private string Tag() => catchUp.Told.ToString(CultureInfo.InvariantCulture);

    private void Tell()
    {
        var tag = Tag();
        foreach (var environment in process.Current.Document.Environments) HubOf(environment.Key).Changed(snapshots.Find(environment.Key), tag, clock.GetUtcNow());
    }

    private static byte[] Message(string id, string tag, int? retry = null) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(retry is null ? "" : $"retry: {retry}\n")}id: {id}\nevent: message\ndata: {{\"type\":\"refetchEvaluation\",\"etag\":\"{tag}\"}}\n\n"));

    /// <summary>One message, or a sign of life, and the way to the next.</summary>
    private sealed class Frame(byte[] bytes, bool isKeepAlive)
    {
        private readonly TaskCompletionSource<Frame> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Frame KeepAlive => new(": alive\n\n"u8.ToArray(), isKeepAlive: true);

        public byte[] Bytes => bytes;

        public bool IsKeepAlive => isKeepAlive;

        public Task<Frame> Next => next.Task;

        public Frame Then(Frame frame)
        {
            next.SetResult(frame);
            return frame;
        }
    }

    /// <summary>The end of an environment's list.</summary>
    private sealed class Hub(FlagSnapshot? snapshot, string told, DateTimeOffset begun)
    {
        private readonly Lock gate = new();
        private readonly string boot = Guid.CreateVersion7(begun).ToString("N");
        private FlagSnapshot? known = snapshot;
        private string tag = told;
        private Frame last = new([], isKeepAlive: false);
        private DateTimeOffset changedAt = begun - Fresh;
        private long number;

        private string Id => string.Create(CultureInfo.InvariantCulture, $"{boot}-{number}");

        public (Frame Place, string Id, string Tag, DateTimeOffset ChangedAt) Enter()
        {
            lock (gate) return (last, Id, tag, changedAt);
        }

        public void Add(Frame frame)
        {
            lock (gate) last = last.Then(frame);
        }

        public void Changed(FlagSnapshot? now, string upTo, DateTimeOffset at)
        {
            lock (gate)
            {
                if (ReferenceEquals(now, known) || (now?.Count is 0 or null && known?.Count is 0 or null)) return;
                (known, tag, changedAt) = (now, upTo, at);
                number++;
                last = last.Then(new Frame(Message(Id, tag), isKeepAlive: false));
            }
        }
    }
}
