using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>The sources that the product asks, and how they fare.</summary>
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

    private static string Word(FeedState state) => state switch
    {
        FeedState.Waiting => "Not asked yet",
        FeedState.Answering => "Answering",
        FeedState.Empty => "Nothing matches",
        FeedState.Stale => "Stale",
        FeedState.Degraded => "Degraded",
        FeedState.Refused => "Not countable",
        FeedState.Down => "No answer",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
