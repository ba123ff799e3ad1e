using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>Chooses one variant, or writes a split over several.</summary>
public sealed partial class ServingEditor
{
    // Not a name that a variant can have.
    private const string SplitChoice = "/split";
    private const int LongestValue = 24;

    private readonly string selectId = NewId("serve");

    [Parameter, EditorRequired]
    public required ServingDraft Draft { get; set; }

    [Parameter, EditorRequired]
    public required ImmutableArray<Variant> Variants { get; set; }

    /// <summary>Where a refusal names it: <c>rules[0].serve</c>.</summary>
    [Parameter, EditorRequired]
    public required string Place { get; set; }

    [Parameter]
    public string Label { get; set; } = "Serve";

    /// <summary>The label stands above, as in a form.</summary>
    [Parameter]
    public bool Stacked { get; set; }

    [Parameter]
    public TargetingNames Names { get; set; } = TargetingNames.None;

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private string? Fault => Draft.Fault ?? Faults.At(Place) ?? Faults.At(Place + ".variant") ?? Faults.At(Place + ".split") ?? Faults.At(Place + ".salt");

    private string? ShareFault(int i) => Faults.At(FormattableString.Invariant($"{Place}.split[{i}].variant")) ?? Faults.At(FormattableString.Invariant($"{Place}.split[{i}].weight"));

    private Task ChooseAsync(ChangeEventArgs change) => ChangeAsync(() =>
    {
        if (change.Value is not string choice) return;
        if (choice == SplitChoice) Draft.Split([.. Variants.Select(variant => variant.Name)]);
        else Draft.Variant = choice;
    });

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }

    private static string ValueOf(Variant variant) =>
        variant.Value.Text == variant.Name ? "" : $" · {(variant.Value.Text.Length <= LongestValue ? variant.Value.Text : variant.Value.Text[..LongestValue] + "…")}";
}
