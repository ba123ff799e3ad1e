using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>Reads and writes the YAML in which the process writes a rollout (<c>rollout: feature: … stages: …</c>).</summary>
public interface IRolloutPlanReader
{
    /// <summary>
    /// Reads a plan. A percentage may be a list, a criterion a comparison (<c>error_rate &lt; 0.02</c>,
    /// <c>error_rate &gt; 5% in 5m</c>), a condition (<c>no_performance_regression: true</c>) or something that people
    /// tick (<c>{ text: …, role: qa_lead }</c>); <c>audience</c>, <c>expected_users</c> and <c>title</c> are optional.
    /// </summary>
    /// <param name="yaml">At most 256 KB.</param>
    /// <param name="process">Whose metrics the rules may name; the process in force when null.</param>
    /// <returns>
    /// The plan, or a refusal with code <c>rollout_plan_invalid</c> (<c>rollout_plan_too_large</c> beyond the size) that
    /// carries every error, each with line, column, path, what was found and what was expected.
    /// </returns>
    Outcome<RolloutPlan> Read(string yaml, ProcessDocument? process = null);

    /// <summary>The YAML of a plan; reading it gives the same plan. An editor begins with it.</summary>
    string Write(RolloutPlan plan);
}
