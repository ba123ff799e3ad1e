using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>An application under rollouts that reports all the time, whether its server is there or not, with a clock of its own.</summary>
public sealed class ReportingApplication : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Guid, int> errors = [];
    private readonly Task reporting;

    /// <param name="service">To whom it reports at first.</param>
    public ReportingApplication(Api service, params Guid[] rollouts)
    {
        Service = service;
        foreach (var rollout in rollouts) errors[rollout] = 0;
        reporting = ReportAsync();
    }

    public Api Service { get; set; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public bool IsSilent { get; set; }

    /// <summary>Of the last report; 0 when nobody answered.</summary>
    public int LastStatus { get; private set; }

    /// <summary>Of the 1,000 requests of the exposed in each report from now on; of those without the feature one in a thousand fails.</summary>
    public void Fail(Guid rollout, int failures) => errors[rollout] = failures;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await reporting;
        stopping.Dispose();
    }

    private async Task ReportAsync()
    {
        var from = TimeProvider.System.GetUtcNow();
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
            var to = TimeProvider.System.GetUtcNow();
            foreach (var (rollout, failures) in errors)
            {
                if (!IsSilent) await ReportAsync(rollout, failures, number, from + Ahead, to + Ahead);
            }

            from = to;
        }
    }

    private async Task ReportAsync(Guid rollout, int failures, int number, DateTimeOffset from, DateTimeOffset to)
    {
        try
        {
            LastStatus = (await Service.AskAsync(HttpMethod.Post, "/health/v1/batches", new JsonObject
            {
                ["batchId"] = FormattableString.Invariant($"{rollout:N}-{number}"),
                ["instance"] = "web-1",
                ["from"] = from,
                ["to"] = to,
                ["rolloutId"] = rollout,
                ["arms"] = new JsonObject
                {
                    ["exposed"] = new JsonObject { ["requests"] = 1000, ["errors"] = failures },
                    ["control"] = new JsonObject { ["requests"] = 9000, ["errors"] = 9 },
                },
            })).Status;
        }
        catch (HttpRequestException)
        {
            LastStatus = 0;
        }
    }
}
