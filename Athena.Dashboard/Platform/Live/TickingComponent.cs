namespace Athena.Dashboard.Platform.Live;

/// <summary>
/// A live component that also reads again every two seconds while somebody looks: counted time rises, and figures in
/// memory change, without an event.
/// </summary>
public abstract class TickingComponent : LiveComponent
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private Task ticking = Task.CompletedTask;

    /// <summary>Whether anything shown can change without an event.</summary>
    protected virtual bool Ticks => true;

    /// <summary>What can have changed without an event; everything, unless told otherwise.</summary>
    protected virtual Task ReadOnTickAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        if (RendererInfo.IsInteractive) ticking = TickAsync(Gone);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await ticking;
        GC.SuppressFinalize(this);
    }

    private async Task TickAsync(CancellationToken gone)
    {
        await Task.Yield();
        try
        {
            using var timer = new PeriodicTimer(Every, Clock);
            while (await timer.WaitForNextTickAsync(gone).ConfigureAwait(false))
            {
                if (!Ticks) continue;
                await InvokeAsync(async () =>
                {
                    await ReadOnTickAsync(gone);
                    StateHasChanged();
                }).ConfigureAwait(false);
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
