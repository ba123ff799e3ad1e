using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Ui;

public static class OutcomeTasks
{
    /// <summary>What a button wants to know of a command: the refusal, or null.</summary>
    public static async Task<Refusal?> RefusalAsync<T>(this Task<Outcome<T>> command) => (await command).Refusal;
}
