using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Pipeline, migration and traffic switch.</summary>
internal static class DeploymentYaml
{
    public static DeploymentRules Read(FieldMap map) =>
        new(map.Text("trigger"), map.Texts("pipeline"), map.Texts("migration"), map.Map("switch", Switch));

    private static TrafficSwitch Switch(FieldMap map)
    {
        var stages = map.Need("stages", [], at => at.List(stage => stage.Percentage()));
        if (!stages.IsEmpty && (!stages.SequenceEqual(stages.Distinct().Order()) || stages[^1] != Percentage.Hundred))
            map.At("stages").Complain("Traffic moves up to all of it.", "ascending percentages that end at 100");
        return new TrafficSwitch(
            map.Need("from", "", at => at.Key()),
            map.Need("to", "", at => at.Key()),
            map.Texts("before"),
            stages,
            map.Need("duration", TimeSpan.Zero, at => at.Duration()),
            map.Need("monitor_for", TimeSpan.Zero, at => at.Duration()));
    }
}
