using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>Says of each rule whether it is good, bad or undecided now.</summary>
public interface IHealthJudge
{
    /// <summary>
    /// One look. Synchronous and in memory: it reads the rollout's windows, remembers the look (harm needs two in a
    /// row) and leaves a record where a verdict changed. After a restart the windows are there again; a look before the
    /// restart is forgotten.
    /// </summary>
    /// <returns>One verdict for each rule, in their order.</returns>
    ImmutableArray<RuleVerdict> Judge(HealthScope scope, ImmutableArray<JudgedRule> rules, DateTimeOffset now);

    /// <summary>What the last look said, without being one. Empty before the first.</summary>
    ImmutableArray<RuleVerdict> Latest(Guid rolloutId);
}
