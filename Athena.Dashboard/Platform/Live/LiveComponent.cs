using Athena.Dashboard.Platform.Events;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Live;

/// <summary>
/// A component that shows what is true now: it subscribes, then reads, and reads again when an event concerns it.
/// A burst of events costs one reading: the first is answered at once, those within <see cref="Coalescing"/> after it together.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    /// <summary>The shortest time between two readings.</summary>
    protected static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource gone = new();
    private EventSubscription? subscription;
    private Task following = Task.CompletedTask;

    [Inject]
    private EventStream Events { get; set; } = default!;

    [Inject]
    protected TimeProvider Clock { get; set; } = default!;

    /// <summary>Cancelled when the component goes.</summary>
    protected CancellationToken Gone => gone.Token;

    /// <summary>Which events make this component read again. Called on another thread: look at parameters and fields only.</summary>
    protected abstract bool Concerns(EventEnvelope envelope);

    /// <summary>Reads what is shown. Runs on the component's own synchronization context.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected override async Task OnInitializedAsync()
    {
        // Prerendering shows a snapshot and nobody is there to follow it.
        if (RendererInfo.IsInteractive)
        {
            subscription = Events.Subscribe(Concerns);
            await ReadAsync(Gone);
            following = FollowAsync(subscription);
        }
        else
        {
            await ReadAsync(Gone);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        subscription?.Dispose();
        await following;
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync(EventSubscription arrivals)
    {
        // Leaves the caller's context: waiting must not hold it, and every reading goes back to it by InvokeAsync.
        await Task.Yield();
        try
        {
            while (await arrivals.Reader.WaitToReadAsync(Gone).ConfigureAwait(false))
            {
                while (arrivals.Reader.TryRead(out _))
                {
                }

                arrivals.TakeGap();
                await InvokeAsync(async () =>
                {
                    await ReadAsync(Gone);
                    StateHasChanged();
                }).ConfigureAwait(false);
                await Task.Delay(Coalescing, Clock, Gone).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure).ConfigureAwait(false);
        }
    }
}
