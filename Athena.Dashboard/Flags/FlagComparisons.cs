using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags;

/// <summary>A flag that two environments set differently.</summary>
/// <param name="Ahead">In what <paramref name="To"/> would be ahead of the environment before it, were the flag promoted; empty for none.</param>
public sealed record FlagComparison(Flag Flag, FlagEnvironment From, FlagEnvironment To, ImmutableArray<RefusalItem> Ahead)
{
    private static readonly string[] Compared = ["enabled", "prerequisites", "rules", "serve", "conditions", "bucketBy", "percentage", "audience", "fallback"];

    /// <summary>What the target would be.</summary>
    public FlagEnvironment Promoted => To.Promoted(From);

    internal FlagComparisonResource ToResource() => new(Flag.Key, Flag.Name, FlagSettingResource.Of(From), FlagSettingResource.Of(To), [.. Differences()], Ahead);

    private IEnumerable<FlagDifference> Differences()
    {
        var (from, to) = (JsonSerializer.SerializeToElement(From, JsonColumn.Options), JsonSerializer.SerializeToElement(To, JsonColumn.Options));
        return Compared.Select(member => new FlagDifference(member, from.GetProperty(member), to.GetProperty(member)))
            .Where(difference => !JsonElement.DeepEquals(difference.Before!.Value, difference.After));
    }
}

/// <summary>Two environments side by side. Schedules are left out: they are never promoted.</summary>
public static class FlagComparisons
{
    public static ImmutableArray<FlagComparison> Of(IEnumerable<FlagView> views, string from, TargetEnvironment to, ProcessDocument process) =>
        [.. views.Select(view => Compare(view, from, to, process)).OfType<FlagComparison>()];

    private static FlagComparison? Compare(FlagView view, string from, TargetEnvironment to, ProcessDocument process)
    {
        if (view.In(from) is not { } source || view.In(to.Key) is not { } target) return null;
        if (source.Enabled == target.Enabled && source.HasSameTargeting(target)) return null;
        var promoted = target.Promoted(source);
        var previous = target.RolloutId is null && Exposure.Compare(target, promoted) == ExposureEffect.Raises ? FlagEnvironments.Previous(view, to, process) : null;
        return new FlagComparison(view.Flag, source, target, previous is null ? [] : promoted.Ahead(previous));
    }
}
