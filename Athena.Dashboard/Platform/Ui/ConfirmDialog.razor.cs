using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Asks once more before something that others feel; stays open and says why when it is refused.</summary>
public sealed partial class ConfirmDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private string reason = "";
    private string typed = "";

    /// <summary>A question that names the thing: <c>Roll back database-views-v2?</c></summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>What will happen, to whom.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The verb: <c>Roll back</c>. Never "OK".</summary>
    [Parameter, EditorRequired]
    public required string ConfirmText { get; set; }

    [Parameter]
    public string CancelText { get; set; } = "Cancel";

    /// <summary>The command, given the reason (empty when none was asked); null means accepted.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<Refusal?>> OnConfirm { get; set; }

    /// <summary>A red button.</summary>
    [Parameter]
    public bool Danger { get; set; }

    /// <summary>A name that must be typed first, e.g. the environment's.</summary>
    [Parameter]
    public string? TypeToConfirm { get; set; }

    /// <summary>Offers a line for the reason.</summary>
    [Parameter]
    public bool AskReason { get; set; }

    /// <summary>Offers it and insists.</summary>
    [Parameter]
    public bool ReasonRequired { get; set; }

    [Parameter]
    public string ReasonLabel { get; set; } = "Reason";

    [Parameter]
    public string? ReasonHint { get; set; } = "Goes into the audit log.";

    /// <summary>A toast's words after success.</summary>
    [Parameter]
    public string? Done { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    private string? Missing =>
        ReasonRequired && string.IsNullOrWhiteSpace(reason) ? "A reason is needed."
        : TypeToConfirm is not null && typed.Trim() != TypeToConfirm ? $"Type {TypeToConfirm} first."
        : null;

    public Task OpenAsync()
    {
        (refusal, reason, typed) = (null, "", "");
        return dialog.OpenAsync();
    }

    public Task CloseAsync() => dialog.CloseAsync();

    private async Task<Refusal?> ConfirmAsync()
    {
        refusal = null;
        var answer = await OnConfirm(reason.Trim());
        if (answer is null) await dialog.CloseAsync();
        return answer;
    }
}
