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

    [Inject]
    private FlagsAsCode Files { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    private List<Option<string>> Formats => [new("", "YAML, all environments"), .. environments.Select(environment => new Option<string>(environment.Key, $"flagd, {environment.Title}"))];

    /// <summary>The production environment that the file changes, if it does.</summary>
    private string? Production => environments.FirstOrDefault(environment => environment.IsProduction
        && document!.Flags.Any(flag => flag.Settings.Any(setting => setting.Environment == environment.Key
            && differences!.Value.Any(difference => difference.Place.StartsWith($"flags.{flag.Key}.{environment.Key}.", StringComparison.Ordinal)))))?.Key;

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
        differences = await Files.CompareAsync(document, CancellationToken.None);
    }

    private async Task<Refusal?> ApplyAsync()
    {
        refusal = null;
        var applied = await Files.ApplyAsync(document!, reason, new Consent(confirmation.Trim(), letAhead), await Actors.GetAsync(), CancellationToken.None);
        if (applied.IsAccepted) differences = [];
        return applied.Refusal;
    }

    private void Forget() => (document, differences, refusal, confirmation, letAhead) = (null, null, null, "", false);
}
