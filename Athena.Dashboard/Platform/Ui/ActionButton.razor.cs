using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// A button that does something and says how it went. Give it <see cref="Run"/> for a command
/// (<c>Run="() =&gt; Rollouts.PauseAsync(…).RefusalAsync()"</c>) or <see cref="OnClick"/> for something that cannot be refused.
/// While it runs it takes no second press; after a second it shows that it still runs.
/// </summary>
public sealed partial class ActionButton
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string reasonId = NewId("reason");
    private ElementReference element;
    private bool running;
    private bool slow;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private Refusals Refusals { get; set; } = default!;

    [Inject]
    private ILogger<ActionButton> Logger { get; set; } = default!;

    /// <summary>A command; null means accepted.</summary>
    [Parameter]
    public Func<Task<Refusal?>>? Run { get; set; }

    [Parameter]
    public EventCallback OnClick { get; set; }

    /// <summary>Receives the refusal; without it a toast shows it.</summary>
    [Parameter]
    public EventCallback<Refusal> OnRefused { get; set; }

    /// <summary>A toast's words after success, in the past tense: <c>Rollout paused</c>.</summary>
    [Parameter]
    public string? Done { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public ButtonKind Kind { get; set; }

    [Parameter]
    public string? Icon { get; set; }

    /// <summary>The name of a button that shows only an icon.</summary>
    [Parameter]
    public string? Label { get; set; }

    [Parameter]
    public bool Small { get; set; }

    /// <summary>Why it cannot be pressed now and who could; null when it can.</summary>
    [Parameter]
    public string? DisabledReason { get; set; }

    /// <summary>A key that presses it, one letter.</summary>
    [Parameter]
    public string? Key { get; set; }

    /// <summary>Its line in the palette while this page is open, e.g. <c>Pause the rollout</c>.</summary>
    [Parameter]
    public string? Palette { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Rest { get; set; }

    /// <summary>Gives it the focus: after something was moved or taken away beside it.</summary>
    public ValueTask FocusAsync() => element.FocusAsync();

    private async Task PressAsync()
    {
        if (running || DisabledReason is not null) return;
        running = true;
        using var finished = new CancellationTokenSource();
        try
        {
            var work = WorkAsync();
            await Task.WhenAny(work, Task.Delay(Patience, Clock, finished.Token));
            if (!work.IsCompleted)
            {
                slow = true;
                StateHasChanged();
            }

            await ReportAsync(await work);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One failed command must not take the page with it.
            Log.CommandFailed(Logger, failure);
            Toasts.Show("Not done: something failed on our side", StateKind.Harm, "A command is carried out whole or not at all. The log has the details.");
        }
        finally
        {
            running = slow = false;
            await finished.CancelAsync();
        }
    }

    private async Task<Refusal?> WorkAsync()
    {
        await OnClick.InvokeAsync();
        return Run is null ? null : await Run();
    }

    private async Task ReportAsync(Refusal? refusal)
    {
        if (refusal is null)
        {
            if (Done is not null) Toasts.Show(Done, StateKind.Good);
        }
        else if (OnRefused.HasDelegate)
        {
            Refusals.Tell(refusal);
            await OnRefused.InvokeAsync(refusal);
        }
        else
        {
            Toasts.Refuse(refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A command of a page failed")]
        public static partial void CommandFailed(ILogger logger, Exception failure);
    }
}
