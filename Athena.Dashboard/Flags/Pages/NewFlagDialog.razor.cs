using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Pages.Editing;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Creates a flag and opens it.</summary>
public sealed partial class NewFlagDialog
{
    private static readonly Option<FlagKind>[] Kinds = [.. Enum.GetValues<FlagKind>().Select(kind => new Option<FlagKind>(kind, FlagText.Title(kind)))];

    private static readonly Option<bool>[] Answers = [new(false, "true or false"), new(true, "Other values")];

    private readonly List<VariantDraft> variants = [];
    private bool ownValues;
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private string? name;
    private string? key;
    private bool isKeyTyped;
    private FlagKind kind;
    private string? description;
    private string? release;
    private string? owner;

    [Inject]
    private FlagService Flags { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Purpose => Process.Current.Document.FindFlagType(kind.Word()) is { } type ? $"{type.Purpose}. {type.Lifecycle}." : null;

    private string? Missing => ownValues && variants.Any(variant => variant.ToVariant() is null) ? "Every value has to be JSON." : null;

    public Task OpenAsync()
    {
        ownValues = false;
        variants.Clear();
        variants.AddRange([new VariantDraft { Name = Variant.On, Json = "\"new\"" }, new VariantDraft { Name = Variant.Off, Json = "\"old\"" }]);
        (refusal, name, key, isKeyTyped, kind, description, release, owner) = (null, null, null, false, FlagKind.Release, null, null, null);
        return dialog.OpenAsync();
    }

    private static void Changed()
    {
        // Handling the event draws the dialog again, which is all that is wanted.
    }

    private void Rename(string? text)
    {
        name = text;
        if (!isKeyTyped) key = FlagText.KeyOf(text ?? "");
    }

    private async Task<Refusal?> CreateAsync()
    {
        refusal = null;
        var created = await Flags.CreateAsync(
            new FlagDescription(key ?? "", name ?? "", kind, description ?? "", ReleaseId: release, Owner: owner, Variants: ownValues ? [.. variants.Select(variant => variant.ToVariant()).OfType<Variant>()] : null),
            await Actors.GetAsync(),
            CancellationToken.None);
        if (!created.IsAccepted) return created.Refusal;
        await dialog.CloseAsync();
        Navigation.NavigateTo($"flags/{created.Value.Key}");
        return null;
    }
}
