using AngleSharp;
using AngleSharp.Dom;
using Bunit;
using Bunit.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Tests;

/// <summary>
/// Events of elements, handled when they return, or at least begun. bUnit's own of the same names only queue one while the
/// renderer is busy, as for a moment after a live component was drawn, and a test would look at what was there before it.
/// These stand nearer to the tests, so they are the ones that are called.
/// </summary>
internal static class SettledEvents
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);

    public static void Click(this IElement element) => Raise(element, () => element.ClickAsync(new MouseEventArgs()));

    public static void Change<T>(this IElement element, T value) => Raise(element, () => element.ChangeAsync(value));

    public static void Input<T>(this IElement element, T value) => Raise(element, () => element.InputAsync(value));

    public static void KeyDown(this IElement element, KeyboardEventArgs key) => Raise(element, () => element.KeyDownAsync(key));

    // Nothing is drawn in between, so the element is still the one that was found.
    private static void Raise(IElement element, Func<Task> handle)
    {
        var renderer = element.Owner?.Context.GetService<BunitRenderer>() ?? throw new InvalidOperationException("The element was not drawn by a component.");
        var handling = Task.CompletedTask;
        renderer.Dispatcher.InvokeAsync(() => { handling = handle(); }).GetAwaiter().GetResult();
        // Most handlers end by themselves, as when a dialog is open, and draw once more then: what is found before that
        // would be gone. Some wait for what the test does next.
        if (!renderer.Dispatcher.CheckAccess()) Task.WaitAny([handling], MostPatience);
        if (handling.IsFaulted) handling.GetAwaiter().GetResult();
    }
}
