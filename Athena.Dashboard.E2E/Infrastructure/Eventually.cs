namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Waiting for something to become true in the world outside the test.</summary>
public static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It did not within <paramref name="longest"/> (2 min unless told).</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? longest = null)
    {
        using var limit = new CancellationTokenSource(longest ?? TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"It never became true that {what}.");
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The first non-null answer.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, string what, TimeSpan? longest = null)
        where T : class
    {
        T? answer = null;
        await TrueAsync(async () => (answer = await ask()) is not null, what, longest);
        return answer!;
    }
}
