using Athena.Dashboard.Platform.Api;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>Counts batches per key: all instances of an application share one.</summary>
public sealed class BatchLimiter(IOptions<HealthOptions> options, TimeProvider clock) : CallerLimiter(options.Value.MostBatchesPerSecond, clock);
