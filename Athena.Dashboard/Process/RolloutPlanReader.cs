using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Process;

/// <summary>Reads plans against the metrics of the process in force, unless another one is named.</summary>
public sealed class RolloutPlanReader(IProcessCatalog catalog) : IRolloutPlanReader
{
    public Outcome<RolloutPlan> Read(string yaml, ProcessDocument? process = null) =>
        ProcessYaml.IsTooLarge(yaml)
            ? new Refusal(RefusalKind.TooLarge, "rollout_plan_too_large", "The rollout plan is too large.", $"At most {ProcessYaml.LargestSize / 1024} KB are read.")
            : RolloutPlanYaml.Read(yaml, (process ?? catalog.Current.Document).Metrics).ToOutcome("rollout_plan_invalid", "The rollout plan");

    public string Write(RolloutPlan plan) => RolloutPlanYaml.Write(plan);
}
