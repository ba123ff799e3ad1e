using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>The sources that the product asks or that export to it, and how they fare.</summary>
public sealed partial class FeedPanel
{
    [Parameter, EditorRequired]
    public ImmutableArray<FeedStatus> Feeds { get; set; }

    private static StateKind Kind(FeedStatus feed) => feed.State switch
    {
        FeedState.Waiting => StateKind.Neutral,
        FeedState.Answering => StateKind.Good,
        _ => StateKind.Hold,
    };

    private static string Word(FeedStatus feed) => feed.State switch
    {
        FeedState.Waiting when feed.IsPushed => "Nothing came yet",
        FeedState.Answering when feed.IsPushed => "Exporting",
        FeedState.Waiting => "Not asked yet",
        FeedState.Answering => "Answering",
        FeedState.Empty => "Nothing matches",
        FeedState.Stale => "Stale",
        FeedState.Degraded => "Degraded",
        FeedState.Refused => "Not countable",
        FeedState.Down => "No answer",
        _ => throw new ArgumentOutOfRangeException(nameof(feed), feed.State, null),
    };

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
