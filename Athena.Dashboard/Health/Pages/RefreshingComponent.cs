using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>A component whose figures are in memory and change by themselves: read again every two seconds while somebody looks.</summary>
public abstract class RefreshingComponent : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource gone = new();
    private Task refreshing = Task.CompletedTask;

    [Inject]
    protected TimeProvider Clock { get; set; } = default!;

    protected CancellationToken Gone => gone.Token;

    /// <summary>Reads what is shown; on the component's own context.</summary>
    protected abstract Task ReadAsync();

    protected override Task OnParametersSetAsync() => ReadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) refreshing = RefreshAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await refreshing;
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(Every, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Gone).ConfigureAwait(false))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                }).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure).ConfigureAwait(false);
        }
    }
}
