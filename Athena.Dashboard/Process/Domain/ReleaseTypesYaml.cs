using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Release types with their phases.</summary>
internal static class ReleaseTypesYaml
{
    private const int LongestDays = 366;
    private const int LongestWeeks = 52;

    public static ImmutableArray<ReleaseType> Read(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return map.SomeMaps("release_types", item => ReleaseType(item, keys));
    }

    private static ReleaseType ReleaseType(FieldMap map, Dictionary<string, int> keys)
    {
        var phaseKeys = new Dictionary<string, int>(StringComparer.Ordinal);
        var key = map.Key("key", keys);
        var phases = map.SomeMaps("phases", item => (Phase: Phase(item, phaseKeys), At: item));
        for (var i = 1; i < phases.Length; i++)
        {
            if (phases[i].Phase.StartDay < phases[i - 1].Phase.EndDay)
                phases[i].At.At(phases[i].At.Has("weeks") ? "weeks" : "days").Complain("The phase begins before the one above it has ended.", "a later range");
        }

        return new ReleaseType(
            key,
            map.Text("title"),
            map.Text("version"),
            map.Word<VersionBump>("bump"),
            map.Text("frequency"),
            map.Take<DayRange?>("cadence_days", null, at => at.Range(1, LongestDays)),
            map.Text("purpose"),
            map.Text("timeline"),
            map.Need("development_days", new DayRange(0, 1), at => at.Range(0, LongestDays)),
            ReleaseDay(map, phases.Select(entry => entry.Phase).ToList()),
            [.. phases.Select(entry => entry.Phase)],
            map.Texts("characteristics"),
            map.Texts("examples"),
            map.Map("waivers", Waivers));
    }

    private static ReleasePhase Phase(FieldMap map, Dictionary<string, int> keys)
    {
        var key = map.Key("key", keys);
        var (byWeeks, byDays) = (map.Has("weeks"), map.Has("days"));
        var span = new DayRange(1, 1);
        if (byWeeks && byDays) map.At("days").Complain("The phase has both weeks and days.", "one of them");
        else if (byWeeks) span = map.At("weeks").Range(1, LongestWeeks);
        else span = map.Need("days", span, at => at.Range(1, LongestDays));
        var unit = byWeeks ? 7 : 1;
        return new ReleasePhase(key, map.Text("title"), (span.From - 1) * unit, span.To * unit, map.Texts("activities"));
    }

    private static int ReleaseDay(FieldMap map, List<ReleasePhase> phases)
    {
        var key = map.Need("release_phase", "", at => at.Key());
        if (key.Length == 0 || phases.Count == 0) return 0;
        if (phases.Find(phase => phase.Key == key) is { } phase) return phase.StartDay;
        map.At("release_phase").Complain("There is no such phase.", Words.Expected(key, [.. phases.Select(known => known.Key)]));
        return 0;
    }

    private static WaiverRule Waivers(FieldMap map)
    {
        var approvers = map.Need("approvers", 1, at => at.Whole(1, 5));
        var roles = map.Need("approver_roles", [], at => at.List(item => item.Owner()));
        if (roles.IsEmpty && map.At("approver_roles").Node is YamlList) map.At("approver_roles").Complain("Nobody could approve.", "at least one role");
        return new WaiverRule(approvers, [.. roles.Distinct()], map.Flag("follow_up"));
    }
}
