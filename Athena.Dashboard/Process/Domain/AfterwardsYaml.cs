using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>What surrounds and follows a release: notes template, rollback procedure, reviews, success metrics.</summary>
internal static class AfterwardsYaml
{
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
        return new RollbackProcedure(
            map.Need("owner", Role.ReleaseManager, at => at.Owner()),
            map.SomeMaps("steps", step => new RollbackStep(
                step.Key("key", keys),
                step.Text("title"),
                step.Text("text"),
                step.Need("owner", Role.ReleaseManager, at => at.Owner()))),
            map.Texts("approval_required"));
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
