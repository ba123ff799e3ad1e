using Athena.Dashboard.Flags.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Every change of a flag, with what was before and what is after.</summary>
public sealed partial class FlagHistory : IDisposable
{
    private static readonly string[] Uninteresting = ["version", "flagKey", "environment", "createdAt"];

    private readonly CancellationTokenSource gone = new();
    private List<FlagHistoryEntry>? entries;
    private (string Key, int Revision)? readFor;
    private bool hasMore;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string FlagKey { get; set; }

    /// <summary>Grows with every change of the flag.</summary>
    [Parameter]
    public int Revision { get; set; }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == (FlagKey, Revision)) return;
        readFor = (FlagKey, Revision);
        var page = await Queries.HistoryAsync(FlagKey, before: null, gone.Token);
        (entries, hasMore) = ([.. page], page.Length == FlagQueries.HistoryPage);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.HistoryAsync(FlagKey, entries![^1].Sequence, gone.Token);
        entries.AddRange(page);
        hasMore = page.Length == FlagQueries.HistoryPage;
    }

    private static string Title(FlagHistoryEntry entry) => entry.Environment is null ? FlagText.Happened(entry) : $"{FlagText.Happened(entry)} in {entry.Environment}";

    private static List<(string Name, string Before, string After)> Changes(FlagHistoryEntry entry) =>
        entry is { Before: { } before, After: { } after }
            ? [.. after.EnumerateObject()
                .Where(member => !Uninteresting.Contains(member.Name) && IsOf(entry.What, member.Name))
                .Select(member => (member.Name, FlagText.Value(before, member.Name), FlagText.Value(after, member.Name)))
                .Where(change => change.Item2 != change.Item3)]
            : [];

    // A change that made two events shows in each what that one is about.
    private static bool IsOf(string what, string member) => what switch
    {
        nameof(FlagExposureChanged) => member is "percentage" or "audience" or "rolloutId",
        nameof(FlagSwitchedOn) or nameof(FlagSwitchedOff) => member is "enabled" or "enableAt" or "disableAt",
        _ => member is not ("enabled" or "percentage" or "audience" or "rolloutId"),
    };
}
