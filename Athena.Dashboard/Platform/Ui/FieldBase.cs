using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// What every input has. All of them take no input until the page can hear it, and on pages without a circuit post
/// under <see cref="Name"/>.
/// </summary>
public abstract class FieldBase<TValue> : UiComponent
{
    private readonly string ownId = NewId("field");

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>What helps before typing.</summary>
    [Parameter]
    public string? Hint { get; set; }

    /// <summary>What is wrong and what would be right; null when nothing is.</summary>
    [Parameter]
    public string? Error { get; set; }

    [Parameter]
    public TValue? Value { get; set; }

    [Parameter]
    public EventCallback<TValue?> ValueChanged { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public bool Required { get; set; }

    /// <summary>Says "(optional)" behind the label.</summary>
    [Parameter]
    public bool Optional { get; set; }

    /// <summary>The label is read out but not shown: in a row of fields whose meaning their place says.</summary>
    [Parameter]
    public bool HideLabel { get; set; }

    /// <summary>The element's id, where something outside must point at it.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>The name in a posted form.</summary>
    [Parameter]
    public string? Name { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Rest { get; set; }

    protected string InputId => Id ?? ownId;

    /// <summary>The attributes that all inputs share.</summary>
    protected Dictionary<string, object> Shared
    {
        get
        {
            var shared = new Dictionary<string, object>(Rest ?? new Dictionary<string, object>()) { ["id"] = InputId };
            if (Name is not null) shared["name"] = Name;
            if (Disabled || IsWaiting) shared["disabled"] = true;
            if (Required) shared["required"] = true;
            if (Error is not null) shared["aria-invalid"] = "true";
            var described = string.Join(' ', new[] { Hint is null ? null : InputId + "-hint", Error is null ? null : InputId + "-error" }.OfType<string>());
            if (described.Length > 0) shared["aria-describedby"] = described;
            return shared;
        }
    }

    protected Task SetAsync(TValue? value) => ValueChanged.InvokeAsync(value);
}
