using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Every change of a flag, with what was before and what is after; changes of a setting can be taken back.</summary>
public sealed partial class FlagHistory : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private List<FlagHistoryEntry>? entries;
    private (string Key, int Revision)? readFor;
    private bool hasMore;
    private ConfirmDialog reverting = default!;
    private FlagHistoryEntry? chosen;
    private bool onlyLowers;
    private string? confirming;
    private bool letAhead;
    private bool asks;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Inject]
    private FlagDefinitionService Definitions { get; set; } = default!;

    [Inject]
    private FlagPast Past { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Parameter, EditorRequired]
    public required FlagView View { get; set; }

    /// <summary>Who looks: decides what is offered. The commands ask again.</summary>
    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    /// <summary>Grows with every change of the flag.</summary>
    [Parameter]
    public int Revision { get; set; }

    /// <summary>One line for each change: what somebody saved at once may have made several events of the same rows.</summary>
    private IEnumerable<(FlagHistoryEntry Entry, string Title)> Changes => entries!
        .GroupBy(entry => entry.Environment is null ? entry.Sequence : entries!.Where(other => IsOneChange(other, entry)).Min(other => other.Sequence))
        .Select(change => (change.First(), string.Join(", ", change.Reverse().Select((entry, i) => i == 0 ? Title(entry) : FlagText.Happened(entry).ToLowerInvariant()))));

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == (View.Flag.Key, Revision)) return;
        readFor = (View.Flag.Key, Revision);
        var page = await Queries.HistoryAsync(View.Flag.Key, before: null, gone.Token);
        (entries, hasMore) = ([.. page], page.Length == FlagQueries.HistoryPage);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.HistoryAsync(View.Flag.Key, entries![^1].Sequence, gone.Token);
        entries.AddRange(page);
        hasMore = page.Length == FlagQueries.HistoryPage;
    }

    private static string Title(FlagHistoryEntry entry) => entry.Environment is null ? FlagText.Happened(entry) : $"{FlagText.Happened(entry)} in {entry.Environment}";

    private static bool IsOneChange(FlagHistoryEntry one, FlagHistoryEntry other) =>
        one.Environment == other.Environment && VersionOf(one) is { } version && version == VersionOf(other) && one.At == other.At;

    private static long? VersionOf(FlagHistoryEntry entry) =>
        entry.After is { ValueKind: JsonValueKind.Object } after && after.TryGetProperty("version", out var version) ? version.GetInt64() : null;

    private static bool IsRevertible(FlagHistoryEntry entry) => entry is { Before: not null, After: not null };

    private string? MayNot(FlagHistoryEntry entry) => entry.Environment is null
        ? Actor.Lacks(Permission.EditFlags, "edit flags")?.Sentence()
        : Process.Current.Document.FindEnvironment(entry.Environment) is { } environment && FlagDecisions.Lacks(Actor, environment, EffectOf(entry, environment)) is { } lacking ? lacking.Sentence() : null;

    private async Task AskAsync(FlagHistoryEntry entry)
    {
        chosen = entry;
        if (entry.Environment is null)
        {
            // Only the server knows whom other values reach.
            var raised = await RaisedAsync(entry);
            (letAhead, onlyLowers, asks) = (false, false, raised.Any(reached => reached.Approval is not null));
            confirming = asks ? null : raised.FirstOrDefault(reached => reached.IsProduction)?.Key;
            await reverting.OpenAsync();
            return;
        }

        var environment = Process.Current.Document.FindEnvironment(entry.Environment);
        letAhead = false;
        onlyLowers = environment is not null && EffectOf(entry, environment) == ExposureEffect.Lowers;
        asks = environment is { Approval: not null } && !onlyLowers;
        confirming = environment is { IsProduction: true } && !onlyLowers && !asks ? environment.Key : null;
        await reverting.OpenAsync();
    }

    private async Task<ImmutableArray<TargetEnvironment>> RaisedAsync(FlagHistoryEntry entry) =>
        await Past.FindAsync(View.Flag.Key, entry.Sequence, gone.Token) is { } change && DefinitionChange.Revert(View.Flag.Key, change) is { IsAccepted: true } back
            && await Definitions.PreviewAsync(back.Value, gone.Token) is { IsAccepted: true } seen ? seen.Value.Raised : [];

    /// <summary>What taking it back would do now; in doubt, that it raises.</summary>
    private ExposureEffect EffectOf(FlagHistoryEntry entry, TargetEnvironment environment)
    {
        var (current, before, after) = (View.In(environment.Key), Row(entry.Before), Row(entry.After));
        if (current is null || before is null || after is null) return ExposureEffect.Raises;
        return current.IsSameAs(after) ? Exposure.Compare(current, before) : Exposure.Worst(Exposure.Compare(after, before), Exposure.Compare(current, before));
    }

    private ImmutableArray<RefusalItem> Ahead =>
        chosen is { Environment: { } key } && !onlyLowers && Process.Current.Document.FindEnvironment(key) is { } environment && Row(chosen.Before) is { RolloutId: null } before
        && FlagEnvironments.Previous(View, environment, Process.Current.Document) is { } previous ? before.Ahead(previous) : [];

    private async Task<Refusal?> RevertAsync(string reason)
    {
        if (await Past.FindAsync(View.Flag.Key, chosen!.Sequence, CancellationToken.None) is not { } change) return Refusal.NotFound("change", Title(chosen));
        if (chosen.Environment is null)
        {
            var back = DefinitionChange.Revert(View.Flag.Key, change);
            return back.IsAccepted ? await Desk.HandInAsync(back.Value, asks, reason, confirming) : back.Refusal;
        }

        var reversion = FlagChange.Revert(View.Flag.Key, change);
        // The dialog has had the name typed before it lets anybody here.
        return reversion.IsAccepted ? await Desk.HandInAsync(reversion.Value, asks, reason, new Consent(confirming, letAhead)) : reversion.Refusal;
    }

    private (string Before, string After) Written(FlagHistoryEntry entry) => entry switch
    {
        { Environment: not null } when Row(entry.Before) is { } before && Row(entry.After) is { } after => (Setting(before), Setting(after)),
        { Environment: null } when Flag(entry.Before) is { } before && Flag(entry.After) is { } after => (VariantText.Of(before), VariantText.Of(after)),
        _ => ("", ""),
    };

    private string Setting(FlagEnvironment setting) => SettingText.Of(setting, View.Flag.Exposed.Name, (Person ?? PersonZone.Utc).Zone);

    private static Flag? Flag(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } row ? FlagPast.Read<Flag>(row.GetRawText()) : null;

    private static FlagEnvironment? Row(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } row ? FlagPast.Read<FlagEnvironment>(row.GetRawText()) : null;
}
