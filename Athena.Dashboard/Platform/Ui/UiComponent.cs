using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>The base of components that people act on.</summary>
public abstract class UiComponent : ComponentBase
{
    private static int lastId;

    /// <summary>
    /// The page was drawn ahead of its circuit: what is typed or pressed now would be lost. False on pages that never
    /// get a circuit, where forms post.
    /// </summary>
    protected bool IsWaiting => AssignedRenderMode is not null && !RendererInfo.IsInteractive;

    /// <summary>An element id that no other component has.</summary>
    protected static string NewId(string prefix) => FormattableString.Invariant($"{prefix}-{Interlocked.Increment(ref lastId)}");
}
