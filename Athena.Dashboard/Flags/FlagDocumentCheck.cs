using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags;

/// <summary>
/// What a file says that cannot be, all at once and before anything is tried: sizes and values, weights, variants,
/// segments and flags that nobody knows, and ways that come back to where they began.
/// </summary>
internal sealed class FlagDocumentCheck
{
    private readonly FlagDocument document;
    private readonly Dictionary<string, Segment> segments;
    private readonly IReadOnlyDictionary<string, FlagView>? views;
    private readonly Dictionary<string, DocumentedFlag> wanted;

    /// <param name="known">What is there already; null where that is not known: then whatever is named is taken to be there.</param>
    public FlagDocumentCheck(FlagDocument document, (IReadOnlyDictionary<string, FlagView> Flags, IReadOnlyDictionary<string, Segment> Segments)? known)
    {
        (this.document, views) = (document, known?.Flags);
        segments = known is { } there ? new(there.Segments, StringComparer.Ordinal) : new(StringComparer.Ordinal);
        foreach (var segment in document.Segments) segments[segment.Key] = segment;
        // Named twice is told where it is read.
        wanted = document.Flags.DistinctBy(flag => flag.Key, StringComparer.Ordinal).ToDictionary(flag => flag.Key, StringComparer.Ordinal);
        if (known is not null) return;
        foreach (var key in document.Segments.SelectMany(segment => segment.Segments()).Where(key => !segments.ContainsKey(key)).ToList())
            segments[key] = new Segment { Key = key, Name = key, CreatedAt = default };
    }

    /// <param name="process">Null where it is not known.</param>
    public IEnumerable<RefusalItem> Faults(ProcessDocument? process)
    {
        foreach (var segment in document.Segments)
        {
            foreach (var fault in new SegmentDescription(segment.Key, segment.Name, segment.Conditions, segment.Description).Faults(segments))
                yield return fault with { Place = $"segments.{segment.Key}.{fault.Place}" };
        }

        foreach (var flag in document.Flags)
        {
            var described = new FlagDescription(flag.Key, flag.Name ?? flag.Key, flag.Kind ?? Contracts.FlagKind.Release, flag.Description ?? "", Variants: flag.Variants);
            foreach (var fault in described.Faults()) yield return fault with { Place = $"flags.{flag.Key}.{fault.Place}" };
            foreach (var fault in flag.Settings.SelectMany(setting => Faults(flag, setting, process))) yield return fault;
        }
    }

    private IEnumerable<RefusalItem> Faults(DocumentedFlag flag, DocumentedSetting setting, ProcessDocument? process)
    {
        var place = $"flags.{flag.Key}.{setting.Environment}";
        if (process is not null && process.FindEnvironment(setting.Environment) is null) return [FlagImport.UnknownEnvironment(place, process)];
        var before = views?.GetValueOrDefault(flag.Key)?.In(setting.Environment) ?? FlagEnvironments.Untouched(flag.Key, setting.Environment);
        if (setting.AppliedTo(before).IsSameAs(before)) return [];
        var scope = new TargetingScope(VariantsOf(flag.Key), views is null ? null : segments.Keys.ToHashSet(StringComparer.Ordinal), FlagsIn(setting.Environment));
        // Whether an instant is past is asked when the file is applied.
        return setting.Settings.Faults(before with { Enabled = setting.Enabled }, DateTimeOffset.MinValue, scope).Select(fault => fault with { Place = $"{place}.{fault.Place}" });
    }

    private Dictionary<string, TargetingScope.Other> FlagsIn(string environment)
    {
        var flags = new Dictionary<string, TargetingScope.Other>(StringComparer.Ordinal);
        foreach (var key in wanted.Keys.Concat(views?.Keys ?? []).Distinct(StringComparer.Ordinal))
        {
            var setting = wanted.GetValueOrDefault(key)?.Settings.FirstOrDefault(setting => setting.Environment == environment);
            var needs = setting?.Settings.Prerequisites ?? views?.GetValueOrDefault(key)?.In(environment)?.Prerequisites ?? [];
            flags[key] = new TargetingScope.Other(VariantsOf(key), [.. needs.Select(need => need.Flag)]);
        }

        if (views is not null) return flags;
        var named = document.Flags.SelectMany(flag => flag.Settings).SelectMany(setting => setting.Settings.Prerequisites).Where(need => !wanted.ContainsKey(need.Flag));
        foreach (var others in named.GroupBy(need => need.Flag, StringComparer.Ordinal)) flags[others.Key] = new TargetingScope.Other([.. others.Select(need => need.Variant)], []);
        return flags;
    }

    private ImmutableArray<string> VariantsOf(string key)
    {
        var (flag, written) = (views?.GetValueOrDefault(key)?.Flag, wanted.GetValueOrDefault(key));
        var variants = flag is null ? written?.Variants ?? [] : written?.ValuesOf(flag) ?? flag.Variants;
        return [.. variants.Select(variant => variant.Name)];
    }
}
