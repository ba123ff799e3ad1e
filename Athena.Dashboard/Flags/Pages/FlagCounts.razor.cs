using System.Globalization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>How often each variant is answered, as it happens. The counters are those of evaluation itself.</summary>
public sealed partial class FlagCounts
{
    /// <summary>Two minutes of one figure every two seconds.</summary>
    private const int MostRates = 60;

    private readonly Dictionary<(string Environment, string Variant), Line> lines = [];
    private List<(TargetEnvironment Environment, List<Line> Rows)> counts = [];
    private long readAt;

    [Inject]
    private FlagSnapshots Snapshots { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Parameter, EditorRequired]
    public required Flag Flag { get; set; }

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == FlagSubject.Of(Flag.Key);

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        var (now, first) = (Clock.GetTimestamp(), lines.Count == 0);
        var seconds = Clock.GetElapsedTime(readAt, now).TotalSeconds;
        readAt = now;
        counts = [];
        foreach (var environment in Process.Current.Document.Environments)
        {
            var rows = new List<Line>();
            foreach (var (variant, count) in Snapshots.Find(environment.Key)?.Counters.Of(Flag) ?? [])
            {
                if (!lines.TryGetValue((environment.Key, variant), out var line)) lines[(environment.Key, variant)] = line = new Line(variant.Length > 0 ? variant : "no value");
                line.Take(count, first ? null : seconds);
                // Most flags always answer a value.
                if (variant.Length > 0 || count > 0) rows.Add(line);
            }

            counts.Add((environment, rows));
        }

        return Task.CompletedTask;
    }

    private static string Figure(long count) => count.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' ');

    private static string Share(long count, List<Line> rows) =>
        rows.Sum(row => row.Count) is var sum and > 0 ? (100.0 * count / sum).ToString("0.###", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Rate(double? rate) => rate is { } value ? value.ToString("0.#", CultureInfo.InvariantCulture) : "–";

    private sealed class Line(string name)
    {
        public string Name { get; } = name;

        public long Count { get; private set; }

        public List<double?> Rates { get; } = [];

        /// <param name="seconds">Since the last time; null for the first.</param>
        public void Take(long count, double? seconds)
        {
            if (seconds is > 0.5) Rates.Add((count - Count) / seconds.Value);
            else if (seconds is not null) return;
            Count = count;
            if (Rates.Count > MostRates) Rates.RemoveAt(0);
        }
    }
}
