using Athena.Dashboard.Platform.Api;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>Counts evaluation requests per key.</summary>
public sealed class EvaluationLimiter(IOptions<FlagOptions> options, TimeProvider clock) : CallerLimiter(options.Value.MostEvaluationsPerSecond, clock);
