using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>
/// The rules of a setting in their order. A rule is moved and removed by buttons, or by keys on its number; whoever
/// does it keeps the focus on what he used.
/// </summary>
public sealed partial class RulesEditor
{
    private Func<ValueTask>? focusNext;
    private ActionButton? adding;

    [Inject]
    private Announcer Announcer { get; set; } = default!;

    [Parameter, EditorRequired]
    public required List<RuleDraft> Rules { get; set; }

    [Parameter, EditorRequired]
    public required ImmutableArray<Variant> Variants { get; set; }

    [Parameter]
    public TargetingNames Names { get; set; } = TargetingNames.None;

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private Dictionary<RuleDraft, ElementReference> Handles { get; } = [];

    private Dictionary<RuleDraft, ActionButton> Ups { get; } = [];

    private Dictionary<RuleDraft, ActionButton> Downs { get; } = [];

    // Moving an element in the page takes the focus from what is inside it.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (focusNext is not { } focus) return;
        focusNext = null;
        await focus();
    }

    private static string Indexed(int i) => FormattableString.Invariant($"rules[{i}]");

    private Task AddAsync()
    {
        var served = Variants.FirstOrDefault(variant => variant.Name == Variant.On) ?? Variants[0];
        var rule = new RuleDraft { Serve = new ServingDraft { Variant = served.Name } };
        rule.Conditions.Add(ConditionDraft.Fresh(ConditionForm.Clause));
        Rules.Add(rule);
        return OnChanged.InvokeAsync();
    }

    private Task KeyAsync(KeyboardEventArgs key, RuleDraft rule) => key switch
    {
        { AltKey: true, Key: "ArrowUp" } => MoveAsync(rule, -1, byHandle: true),
        { AltKey: true, Key: "ArrowDown" } => MoveAsync(rule, 1, byHandle: true),
        { Key: "Delete" } => RemoveAsync(rule),
        _ => Task.CompletedTask,
    };

    private Task MoveAsync(RuleDraft rule, int by, bool byHandle = false)
    {
        var to = Rules.IndexOf(rule) + by;
        if (to < 0 || to >= Rules.Count) return Task.CompletedTask;
        Rules.Remove(rule);
        Rules.Insert(to, rule);
        focusNext = () => byHandle ? Handles[rule].FocusAsync() : (by < 0 ? Ups : Downs)[rule].FocusAsync();
        Announcer.Say($"Rule moved to place {to + 1} of {Rules.Count}.");
        return OnChanged.InvokeAsync();
    }

    private Task RemoveAsync(RuleDraft rule)
    {
        var at = Rules.IndexOf(rule);
        Rules.Remove(rule);
        Handles.Remove(rule);
        Ups.Remove(rule);
        Downs.Remove(rule);
        focusNext = () => Rules.Count > 0 ? Handles[Rules[Math.Min(at, Rules.Count - 1)]].FocusAsync() : adding?.FocusAsync() ?? default;
        Announcer.Say($"Rule {at + 1} removed.");
        return OnChanged.InvokeAsync();
    }

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}
