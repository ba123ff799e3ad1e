using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Every change of a segment, with what was before and what is after; each can be taken back.</summary>
public sealed partial class SegmentHistory : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private List<FlagHistoryEntry>? entries;
    private (string Key, int Revision)? readFor;
    private bool hasMore;
    private ConfirmDialog reverting = default!;
    private FlagHistoryEntry? chosen;
    private string? confirming;
    private bool asks;

    [Inject]
    private SegmentQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string SegmentKey { get; set; }

    /// <summary>Why nothing is offered; null when it is. The commands ask again.</summary>
    [Parameter]
    public string? MayNot { get; set; }

    /// <summary>Grows with every change of the segment.</summary>
    [Parameter]
    public int Revision { get; set; }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == (SegmentKey, Revision)) return;
        readFor = (SegmentKey, Revision);
        var page = await Queries.HistoryAsync(SegmentKey, before: null, gone.Token);
        (entries, hasMore) = ([.. page], page.Length == FlagQueries.HistoryPage);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.HistoryAsync(SegmentKey, entries![^1].Sequence, gone.Token);
        entries.AddRange(page);
        hasMore = page.Length == FlagQueries.HistoryPage;
    }

    private static string Title(FlagHistoryEntry entry) => entry.What switch
    {
        nameof(SegmentCreated) => "Created",
        nameof(SegmentDeleted) => "Deleted",
        _ => "Changed",
    };

    private Task AskAsync(FlagHistoryEntry entry)
    {
        (chosen, confirming, asks) = (entry, null, false);
        return reverting.OpenAsync();
    }

    // Only the server knows which flags a segment reaches, and so whether others approve, or a name has to be typed.
    private async Task<Refusal?> RevertAsync(string reason)
    {
        if (await Queries.FindChangeAsync(SegmentKey, chosen!.Sequence, CancellationToken.None) is not { } change) return Refusal.NotFound("change", Title(chosen));
        var back = SegmentChange.Revert(SegmentKey, change);
        if (!back.IsAccepted) return back.Refusal;
        var refusal = await Desk.HandInAsync(back.Value, asks, reason, confirming);
        if (refusal is { Code: "confirmation_missing" }) confirming = refusal.Items.Select(item => item.Expected).FirstOrDefault();
        asks |= refusal is { Code: "approval_needed" };
        return refusal;
    }

    private static string Written(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } row ? SegmentPage.Written(FlagPast.Read<Segment>(row.GetRawText())) : "";
}
