using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>What has to be reported for a metric to be told.</summary>
/// <param name="Essential">Counts without which there is no value or no sample.</param>
/// <param name="ZeroIfMissing">Counts that are taken for none where nobody reports them: errors, of requests that are.</param>
public sealed record MetricNeeds(ImmutableArray<string> Essential, ImmutableArray<string> ZeroIfMissing)
{
    private static readonly MetricNeeds Nothing = new([], []);

    /// <param name="metric">A key of the catalogue; aliases, conditions and comparisons are followed.</param>
    public static MetricNeeds Of(string metric, MetricCatalogue catalogue) => catalogue.Resolve(metric) switch
    {
        null => Nothing,
        { IsRelative: true, Of: { } of } => Of(of, catalogue),
        { Kind: MetricKind.Ratio or MetricKind.Share } ratio => new MetricNeeds([ratio.Parts[1]], [ratio.Parts[0]]),
        // The sum comes with its count.
        { Kind: MetricKind.Mean } mean => new MetricNeeds([mean.Parts[1]], []),
        // How many requests there were is its sample.
        { Kind: MetricKind.Count } count => new MetricNeeds([CountNames.Requests], [count.Parts[0]]),
        { } other => new MetricNeeds(other.Parts, []),
    };

    /// <returns>Null when everything was reported.</returns>
    public UnsuppliedMetric? Without(string metric, Tally reported)
    {
        var essential = Essential.Where(count => !reported.Reports(count)).ToImmutableArray();
        if (!essential.IsEmpty) return new UnsuppliedMetric(metric, essential, IsTold: false);
        var zero = ZeroIfMissing.Where(count => !reported.Reports(count)).ToImmutableArray();
        return zero.IsEmpty ? null : new UnsuppliedMetric(metric, zero, IsTold: true);
    }

    /// <summary>What a look did not find; empty when it found everything, or when nobody said anything at all yet.</summary>
    public static ImmutableArray<string> MissingIn(string metric, MetricCatalogue catalogue, Measured measured)
    {
        var arms = catalogue.Resolve(metric)?.IsRelative == true ? new[] { measured.Exposed, measured.Control } : [measured.Exposed];
        return [.. Of(metric, catalogue).Essential.Where(count => arms.Any(arm => arm.ReportsAnything && !arm.Reports(count)))];
    }
}
