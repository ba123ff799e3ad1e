using System.Collections.Immutable;
using Athena.Dashboard.Audit.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Audit.Pages;

public sealed partial class EntryChanges
{
    private ImmutableArray<FieldChange> changes = [];

    private string gist = "";

    [Parameter, EditorRequired]
    public required AuditEntry Entry { get; set; }

    private bool HasStates => Entry.Before is not null || Entry.After is not null;

    protected override void OnParametersSet()
    {
        changes = Entry.Changes();
        gist = ChangeList.Gist(ChangeList.Read(Entry.Details.GetRawText(), Entry.Subject), changes);
    }
}
