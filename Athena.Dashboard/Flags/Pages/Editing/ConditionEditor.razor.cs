using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>One condition: a line, or a group with lines of its own.</summary>
public sealed partial class ConditionEditor
{
    /// <summary>More values than this are easier to read on lines.</summary>
    private const int MostChips = 20;

    private TextField? attribute;
    private ElementReference segment;
    private bool? lines;
    private string place = "";

    [Parameter, EditorRequired]
    public required ConditionDraft Draft { get; set; }

    /// <summary>Where a refusal names this element of its list.</summary>
    [Parameter, EditorRequired]
    public required string Place { get; set; }

    /// <summary>What it is called: <c>condition 2</c>.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public TargetingNames Names { get; set; } = TargetingNames.None;

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    /// <summary>Levels of and, or, not down to here.</summary>
    [Parameter]
    public int Depth { get; set; } = 1;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    // What has a comma in it cannot be typed as a chip.
    private bool AsLines => Draft.Operator == ClauseOperator.Matches || (lines ?? (Draft.Values.Length > MostChips || Draft.Values.Any(value => value.Contains(',', StringComparison.Ordinal))));

    private string InsidePlace => place + (Draft.Form == ConditionForm.All ? ".all" : ".any");

    private string? Fault => Faults.At(place) ?? (Draft.Form == ConditionForm.Segment ? Faults.At(place + ".segment") : null) ?? (place == Place ? null : Faults.At(Place));

    private string Example => TargetingNames.KindOf(Draft.Operator) switch
    {
        AttributeKind.Number => "18",
        AttributeKind.Date => "2026-01-31T10:00:00Z",
        AttributeKind.Version => "1.2.0",
        _ when Draft.Operator == ClauseOperator.Matches => "^[a-m].*@example\\.com$",
        _ => "value, value",
    };

    /// <summary>The operators that suit the attribute: where its kind is known, that kind comes first.</summary>
    private IEnumerable<(string Kind, IEnumerable<ClauseOperator> Operators)> Offered
    {
        get
        {
            var known = Names.KindOf(Draft.Attribute.Trim());
            var groups = Enum.GetValues<ClauseOperator>().Where(with => with != ClauseOperator.Exists).GroupBy(TargetingNames.KindOf).OrderBy(group => group.Key == known ? 0 : 1);
            foreach (var group in groups) yield return (group.Key.ToString(), group);
            yield return ("Presence", [ClauseOperator.Exists]);
        }
    }

    protected override void OnParametersSet() => place = Draft.PlaceIn(Place);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!Draft.IsFresh) return;
        Draft.IsFresh = false;
        if (attribute is not null) await attribute.FocusAsync();
        else await segment.FocusAsync();
    }

    private void Rename(string? text)
    {
        Draft.Attribute = text ?? "";
        // Whose kind is known gets an operator of that kind, as long as nothing was written with another.
        if (Draft.Values.IsEmpty && Names.KindOf(Draft.Attribute) is { } kind && TargetingNames.KindOf(Draft.Operator) != kind)
            Draft.Operator = Enum.GetValues<ClauseOperator>().First(with => TargetingNames.KindOf(with) == kind);
    }

    private Task ChooseAsync(ChangeEventArgs change) => ChangeAsync(() =>
    {
        if (!Enum.TryParse<ClauseOperator>(change.Value as string, out var with)) return;
        Draft.Operator = with;
        if (!with.TakesSeveral()) Draft.Values = [.. Draft.Values.Take(1)];
    });

    private Task RegroupAsync(ChangeEventArgs change) => ChangeAsync(() =>
    {
        if (Enum.TryParse<ConditionForm>(change.Value as string, out var form)) Draft.Form = form;
    });

    private Task ChangeAsync(Action change)
    {
        change();
        place = Draft.PlaceIn(Place);
        return OnChanged.InvokeAsync();
    }
}
