using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Feeds;

/// <summary>A counter as it was scraped, oldest sample first: never a rate, which would hide resets and lose counts.</summary>
public sealed record RawSeries(ImmutableDictionary<string, string> Labels, ImmutableArray<RawSample> Samples);

/// <param name="At">When it was scraped; not when it was asked for.</param>
/// <param name="Value">Whole or not, and possibly no number at all.</param>
public readonly record struct RawSample(DateTimeOffset At, double Value);
