using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>The next step of a release, and everything that stands before it.</summary>
public sealed partial class ReleaseNextStep
{
    [Parameter, EditorRequired]
    public ReleaseState State { get; set; }

    /// <summary>What stands in the way of the next step; null when nothing does.</summary>
    [Parameter]
    public Refusal? Obstacle { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter, EditorRequired]
    public required string GatesHref { get; set; }

    [Parameter, EditorRequired]
    public required Func<ReleaseState, string?, Task<Refusal?>> OnGo { get; set; }

    private ReleaseState? Next => ReleaseTransitions.Next(State);

    private string? Reason => Obstacle?.Title ?? ReleasePhrases.Why(Actor.Lacks(ReleaseTransitions.PermissionFor(Next!.Value), "take the release further"));

    private string Headline => Obstacle?.Title ?? $"Nothing stands in the way: the release can go to {Next!.Value.Word()}.";

    private static StateKind KindOf(RefusalItem item) => item.Found switch
    {
        "blocked" or "failed" => StateKind.Harm,
        "in progress" => StateKind.Progress,
        null => StateKind.Hold,
        _ => StateKind.Neutral,
    };
}
