using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>What surrounds and follows a release: notes template, rollback procedure, reviews, success metrics.</summary>
internal static class AfterwardsYaml
{
    // Who is told of a rollback where the document does not say.
    private static readonly ImmutableArray<string> InternalLists = ["internal-team", "support-team"];

    public static NotesTemplate Notes(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return new NotesTemplate(
            map.Text("heading"),
            map.Text("preamble"),
            map.SomeMaps("sections", section => new NotesSection(
                section.Key("key", keys),
                section.Text("title"),
                section.Text("hint"),
                section.Take<string?>("empty", null, at => at.Text()),
                section.Texts("subsections"),
                section.Flag("needs_migration_link"))),
            map.Text("footer"));
    }

    public static RollbackProcedure Rollback(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var least = TimeSpan.Zero;
        return new RollbackProcedure(
            map.Need("owner", Role.ReleaseManager, at => at.Owner()),
            map.SomeMaps("steps", step => RollbackStep(step, keys, ref least)),
            map.Texts("approval_required"),
            map.Take("tell", InternalLists, at => at.List(list => list.Key())));
    }

    private static RollbackStep RollbackStep(FieldMap map, Dictionary<string, int> keys, ref TimeSpan least)
    {
        var key = map.Key("key", keys);
        var within = map.Take("within", RollbackStepKeys.UsualTime(key), at => at.Duration());
        if (map.Has("within") && within > TimeSpan.Zero && within < least)
            map.At("within").Complain("The step is to end before the one that it follows.", $"at least {Durations.Format(least)}");
        if (within > least) least = within;
        return new RollbackStep(key, map.Text("title"), map.Text("text"), map.Need("owner", Role.ReleaseManager, at => at.Owner()), within);
    }

    public static ImmutableArray<ReviewRule> Reviews(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return map.SomeMaps("reviews", review =>
        {
            var (from, to) = review.Need("after", default, at => at.DurationRange());
            return new ReviewRule(
                review.Key("key", keys),
                review.Text("title"),
                from,
                to,
                review.Need("owner", Role.ReleaseManager, at => at.Owner()),
                review.Texts("topics"));
        });
    }

    public static ImmutableArray<SuccessMetricGroup> SuccessMetrics(FieldMap map)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return map.Maps("success_metrics", group => new SuccessMetricGroup(
            group.Key("key", groups),
            group.Text("title"),
            group.SomeMaps("metrics", metric => new SuccessMetric(metric.Key("key", keys), metric.Text("title"), metric.Text("description")))));
    }
}
