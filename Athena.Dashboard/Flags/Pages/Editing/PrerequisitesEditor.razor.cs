using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>Other flags that have to serve something before this one serves anything but its off variant.</summary>
public sealed partial class PrerequisitesEditor
{
    private ActionButton? adding;

    [Parameter, EditorRequired]
    public required List<PrerequisiteDraft> Prerequisites { get; set; }

    /// <summary>The flag that needs them.</summary>
    [Parameter, EditorRequired]
    public required string FlagKey { get; set; }

    [Parameter]
    public TargetingNames Names { get; set; } = TargetingNames.None;

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    // What was written stays to be seen, also where that flag has no such variant.
    private List<Option<string>> VariantsOf(PrerequisiteDraft draft) =>
        [.. Names.VariantsOf(draft.Flag.Trim()).Where(name => name != Variant.Off).Append(draft.Variant).Distinct(StringComparer.Ordinal).Select(name => new Option<string>(name, name))];

    private Task AddAsync() => ChangeAsync(() => Prerequisites.Add(new PrerequisiteDraft()));

    private async Task RemoveAsync(PrerequisiteDraft draft)
    {
        await ChangeAsync(() => Prerequisites.Remove(draft));
        if (adding is not null) await adding.FocusAsync();
    }

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}
