using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>Conditions that are asked together: of a rule, of the exposure, of a segment, of a group.</summary>
public sealed partial class ConditionListEditor
{
    private ActionButton? adding;

    [Parameter, EditorRequired]
    public required List<ConditionDraft> Conditions { get; set; }

    /// <summary>Where a refusal names the list: <c>rules[0].conditions</c>.</summary>
    [Parameter, EditorRequired]
    public required string Place { get; set; }

    [Parameter]
    public TargetingNames Names { get; set; } = TargetingNames.None;

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    /// <summary>The word between two of them.</summary>
    [Parameter]
    public string Joint { get; set; } = "and";

    [Parameter]
    public int Depth { get; set; } = 1;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private string Indexed(int i) => FormattableString.Invariant($"{Place}[{i}]");

    private Task AddAsync(ConditionForm form)
    {
        var draft = ConditionDraft.Fresh(form);
        // An empty group is of no use: it begins with a line to fill in.
        if (draft.IsGroup) draft.Inside.Add(new ConditionDraft());
        Conditions.Add(draft);
        return OnChanged.InvokeAsync();
    }

    private async Task RemoveAsync(ConditionDraft draft)
    {
        Conditions.Remove(draft);
        await OnChanged.InvokeAsync();
        if (adding is not null) await adding.FocusAsync();
    }
}
