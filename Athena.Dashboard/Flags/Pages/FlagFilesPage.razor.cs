using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Flags out to a file and in again.</summary>
public sealed partial class FlagFilesPage
{
    private const int MostShown = 500;
    private static readonly Crumb[] Crumbs = [new("Flags", "flags")];

    private IReadOnlyList<TargetEnvironment> environments = [];
    private string format = "";
    private string? name;
    private string? text;
    private FlagDocument? document;
    private ImmutableArray<DocumentDifference>? differences;
    private string reason = "";
    private string confirmation = "";
    private bool letAhead;
    private string? mayNotApply;
    private Refusal? refusal;
    private ImportResult? result;

    [Inject]
    private FlagsAsCode Files { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    private List<Option<string>> Formats => [new("", "YAML, all environments"), .. environments.Select(environment => new Option<string>(environment.Key, $"flagd, {environment.Title}"))];

    // A button draws itself once more while what it did takes it away.
    private ImmutableArray<DocumentDifference> Found => differences ?? [];

    /// <summary>The production environment that the file changes, if it does.</summary>
    private string? Production => ProductionOf(Found);

    /// <summary>The one whose name has to be typed: of what is asked for, whoever carries it out types it.</summary>
    private string? Confirming => ProductionOf(Found.Where(difference => !difference.Waits));

    private int Waiting => Found.Count(difference => difference.Waits);

    private string Counted => (Found.Length, Waiting) switch
    {
        var (all, waiting) when waiting == 0 => Differences(all),
        var (all, waiting) => $"{Differences(all)}: {all - waiting} applied now, {waiting} {(waiting == 1 ? "waits" : "wait")} for approval",
    };

    private string Applying => (Found.Length - Waiting, Waiting) switch
    {
        var (now, waiting) when waiting == 0 => $"Apply {Differences(now)}",
        var (now, waiting) when now == 0 => $"Ask for {Differences(waiting)}",
        var (now, waiting) => $"Apply {now}, ask for {waiting}",
    };

    protected override async Task OnInitializedAsync()
    {
        environments = Process.Current.Document.Environments;
        mayNotApply = (await Actors.GetAsync()).Lacks(Permission.EditFlags, "import flags")?.Sentence();
    }

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        (name, text) = (chosen.File.Name, null);
        if (chosen.File.Size > FlagsAsCode.LargestFile)
        {
            Forget();
            refusal = new Refusal(RefusalKind.TooLarge, "too_large", $"{name} is larger than 4 MB.");
            return;
        }

        await using var stream = chosen.File.OpenReadStream(FlagsAsCode.LargestFile);
        using var reader = new StreamReader(stream);
        text = await reader.ReadToEndAsync();
        await CompareAsync();
    }

    private Task ReformatAsync(string? chosen)
    {
        format = chosen ?? "";
        return CompareAsync();
    }

    private async Task CompareAsync()
    {
        Forget();
        if (text is null) return;
        var read = FlagsAsCode.Read(text, format.Length > 0 ? format : null);
        if (!read.IsAccepted)
        {
            refusal = read.Refusal;
            return;
        }

        document = read.Value;
        var compared = await Files.CompareAsync(document, CancellationToken.None);
        if (compared.IsAccepted) differences = compared.Value;
        else refusal = compared.Refusal;
    }

    private async Task<Refusal?> ApplyAsync()
    {
        refusal = null;
        var applied = await Files.ApplyAsync(document!, reason, new Consent(confirmation.Trim(), letAhead), await Actors.GetAsync(), CancellationToken.None);
        if (applied.IsAccepted) (result, differences) = (applied.Value, null);
        // The button draws itself, and not the page that it stands on.
        StateHasChanged();
        return applied.Refusal;
    }

    private string? ProductionOf(IEnumerable<DocumentDifference> some) => environments.FirstOrDefault(environment => environment.IsProduction
        && document!.Flags.Any(flag => flag.Settings.Any(setting => setting.Environment == environment.Key
            && some.Any(difference => difference.Place.StartsWith($"flags.{flag.Key}.{environment.Key}.", StringComparison.Ordinal)))))?.Key;

    private string TitleOf(string environment) => environments.FirstOrDefault(known => known.Key == environment)?.Title ?? environment;

    private static string Differences(int count) => count == 1 ? "1 difference" : $"{count} differences";

    private void Forget() => (document, differences, refusal, result, confirmation, letAhead) = (null, null, null, null, "", false);
}
