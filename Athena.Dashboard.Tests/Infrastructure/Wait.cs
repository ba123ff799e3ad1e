using System.Runtime.CompilerServices;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>Waiting for a condition in real time; a condition that never comes true fails with its own text.</summary>
public static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task UntilAsync(
        Func<Task<bool>> condition,
        TimeSpan? longest = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var limit = new CancellationTokenSource(longest ?? TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"Never came true: {text}");
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }

    public static Task UntilAsync(
        Func<bool> condition,
        TimeSpan? longest = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        UntilAsync(() => Task.FromResult(condition()), longest, text);
}
