using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Platform;

public sealed class EventLogTests
{
    [Theory, OnBothDatabases]
    public async Task Readers_see_every_event_in_order_however_many_write_at_once(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        var store = server.Get<Store>();
        using var subscription = server.Get<EventStream>().Subscribe(envelope => envelope.Subject.Kind == "thing", capacity: 10_000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++) (await AppendAsync(store, $"{writer}-{i}")).IsAccepted.ShouldBeTrue();
        })));

        var seen = new List<EventEnvelope>();
        await Wait.UntilAsync(() =>
        {
            while (subscription.Reader.TryRead(out var envelope)) seen.Add(envelope);
            return seen.Count >= 200;
        });
        seen.Select(envelope => envelope.Subject.Id).Distinct().Count().ShouldBe(200);
        seen.Select(envelope => envelope.Sequence).ShouldBeInOrder();
        subscription.TakeGap().ShouldBeFalse();
    }

    [Theory, OnBothDatabases]
    public async Task A_refusal_leaves_no_event_behind(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        var store = server.Get<Store>();
        var before = await CountAsync(store);

        var outcome = await store.WriteAsync<Done>(
            Actor.System("test"),
            (write, _) =>
            {
                write.Append(new StorageProbed("refused"));
                return Task.FromResult<Outcome<Done>>(Refusal.Conflict("no", "No."));
            },
            CancellationToken.None);

        outcome.Refusal!.Code.ShouldBe("no");
        (await CountAsync(store)).ShouldBe(before);
    }

    [Fact]
    public void A_slow_reader_loses_the_oldest_and_is_told_so()
    {
        var stream = new EventStream();
        using var slow = stream.Subscribe(_ => true, capacity: 2);
        for (var sequence = 1; sequence <= 3; sequence++) stream.Publish(Envelope(sequence));

        slow.TakeGap().ShouldBeTrue();
        slow.TakeGap().ShouldBeFalse();
        slow.Reader.TryRead(out var oldest).ShouldBeTrue();
        oldest!.Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task A_reader_waits_for_an_event_for_its_time_or_for_something_else_and_takes_out_what_came()
    {
        var clock = new FakeClock();
        var stream = new EventStream();
        using var reader = stream.Subscribe(_ => true);
        stream.Publish(Envelope(1));
        stream.Publish(Envelope(2));
        (await reader.WaitAsync(TimeSpan.FromHours(1), clock, CancellationToken.None)).Select(envelope => envelope.Sequence).ShouldBe([1, 2]);
        clock.WaitingTimers.ShouldBe(0, "nothing is left of a wait that is over");

        var timed = reader.WaitAsync(TimeSpan.FromHours(1), clock, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(59));
        timed.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(1));
        (await timed).ShouldBeEmpty();

        var hint = new TaskCompletionSource();
        var hinted = reader.WaitAsync(TimeSpan.FromHours(1), clock, CancellationToken.None, hint.Task.WaitAsync);
        hinted.IsCompleted.ShouldBeFalse();
        hint.SetResult();
        (await hinted).ShouldBeEmpty();

        using var stopping = new CancellationTokenSource();
        var stopped = reader.WaitAsync(TimeSpan.FromHours(1), clock, stopping.Token, token => new TaskCompletionSource().Task.WaitAsync(token));
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(stopped);
    }

    private static Task<Outcome<Done>> AppendAsync(Store store, string id) =>
        store.WriteAsync<Done>(
            Actor.System("test"),
            (write, _) =>
            {
                write.Append(new StorageProbed(id));
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None);

    private static Task<int> CountAsync(Store store) =>
        store.ReadAsync((db, token) => db.Set<EventRow>().CountAsync(token), CancellationToken.None);

    private static EventEnvelope Envelope(long sequence) => new(new EventRow
    {
        Sequence = sequence,
        SubjectKind = "thing",
        SubjectId = "1",
        Type = "Platform.StorageProbed",
        Payload = "{}",
        ActorName = "test",
    });

    private sealed record StorageProbed(string Id) : IDomainEvent
    {
        public Subject Subject => new("thing", Id);
    }
}
