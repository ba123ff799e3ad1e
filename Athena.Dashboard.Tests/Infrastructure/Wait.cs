using System.Runtime.CompilerServices;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>Waiting for a condition in real time; a condition that never comes true fails with its own text.</summary>
public static class Wait
{
    /// <summary>
    /// Longer than anything takes on a machine that has other things to do. It costs nothing where the condition comes
    /// true, and a shorter one tells of the machine instead of the product.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task UntilAsync(
        Func<Task<bool>> condition,
        TimeSpan? longest = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(longest ?? Patience);
        while (true)
        {
            // Asked before the last look: a machine that stood still in between has one more.
            var isOver = limit.IsCancellationRequested;
            if (await condition()) return;
            if (isOver) throw new TimeoutException($"Never came true: {text}");
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }

    public static Task UntilAsync(
        Func<bool> condition,
        TimeSpan? longest = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        UntilAsync(() => Task.FromResult(condition()), longest, text);
}
