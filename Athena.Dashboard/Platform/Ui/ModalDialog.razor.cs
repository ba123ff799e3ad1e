using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// The browser's own modal dialog: it keeps the focus inside, closes on Escape, and gives the focus back. Take a
/// reference with <c>@ref</c> and call <see cref="OpenAsync"/>.
/// </summary>
public sealed partial class ModalDialog
{
    private readonly string titleId = NewId("dialog");
    private ElementReference element;
    private bool open;
    private TaskCompletionSource? opening;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Drawn only while open, so that each opening begins afresh.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Buttons, the one that acts last.</summary>
    [Parameter]
    public RenderFragment? Footer { get; set; }

    [Parameter]
    public bool Wide { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    /// <summary>Ends when the browser shows it.</summary>
    public Task OpenAsync()
    {
        open = true;
        var asked = opening ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // May draw, and have the browser asked, before it returns.
        StateHasChanged();
        return asked.Task;
    }

    public async Task CloseAsync() => await Browser.InvokeVoidAsync("athena.dialog.close", element);

    // Only what is drawn can take the focus: the browser is asked after the content is there.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (opening is not { } asked) return;
        opening = null;
        await Browser.InvokeVoidAsync("athena.dialog.open", element);
        asked.SetResult();
    }

    private async Task ClosedAsync()
    {
        open = false;
        await OnClosed.InvokeAsync();
    }
}
