using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Draws the <see cref="Toasts"/> of this page; the layout has one.</summary>
public sealed partial class ToastHost : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(6);

    private readonly CancellationTokenSource gone = new();
    private readonly HashSet<int> timed = [];

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    protected override void OnInitialized() => Toasts.Changed += Refresh;

    public void Dispose()
    {
        Toasts.Changed -= Refresh;
        gone.Cancel();
        gone.Dispose();
    }

    private void Refresh() => _ = InvokeAsync(() =>
    {
        foreach (var toast in Toasts.Shown.Where(toast => !toast.Stays && timed.Add(toast.Id))) _ = ExpireAsync(toast.Id);
        StateHasChanged();
    });

    private async Task ExpireAsync(int id)
    {
        try
        {
            await Task.Delay(Lifetime, Clock, gone.Token);
            Toasts.Dismiss(id);
        }
        catch (OperationCanceledException)
        {
            // The page is gone, and its messages with it.
        }
    }
}
