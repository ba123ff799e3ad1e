using System.Diagnostics.CodeAnalysis;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// All flags of one environment, ready to be evaluated. Never changes: a change makes a new snapshot that takes over
/// what is the same, and whoever holds the old one finishes with it.
/// </summary>
public sealed class FlagSnapshot
{
    private static readonly UInt128 Prime = new(0x0000000001000000, 0x000000000000013B);

    private readonly CompiledFlag[] inOrder;
    private readonly Dictionary<string, CompiledFlag> byKey;
    private readonly Dictionary<string, CompiledSegment> segments;
    private readonly Dictionary<string, int> needed;

    private FlagSnapshot(
        string environment, AttributeTable attributes, Dictionary<string, CompiledFlag> flags, Dictionary<string, CompiledSegment> segments, Dictionary<string, int> needed, AnswerCounters counters)
    {
        Counters = counters;
        this.needed = needed;
        Environment = environment;
        Attributes = attributes;
        byKey = flags;
        this.segments = segments;
        inOrder = [.. flags.Values];
        Array.Sort(inOrder, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        Bulk = new BulkParts(inOrder);
    }

    public string Environment { get; }

    /// <summary>The attributes to read a context with before it is evaluated here.</summary>
    public AttributeTable Attributes { get; }

    public int Count => inOrder.Length;

    public IReadOnlyList<CompiledFlag> Flags => inOrder;

    /// <summary>The answer to all flags at once, as far as it can be written ahead.</summary>
    internal BulkParts Bulk { get; }

    /// <summary>How often each variant was answered over HTTP since the start.</summary>
    internal AnswerCounters Counters { get; }

    public static FlagSnapshot Empty(string environment) => new(environment, AttributeTable.Initial, new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal), new AnswerCounters());

    /// <summary>Puts the given flags in, each in the place of the one with its key.</summary>
    public FlagSnapshot With(params IReadOnlyCollection<(Flag Flag, FlagEnvironment Environment)> changed) => new Change(this).Put(changed).Make();

    /// <summary>Puts the given segments in, each in the place of the one with its key.</summary>
    public FlagSnapshot WithSegments(params IReadOnlyCollection<Segment> changed) => new Change(this).Put(changed).Make();

    /// <summary>Segments and flags together, each compiled once.</summary>
    public FlagSnapshot With(IReadOnlyCollection<Segment> changedSegments, IReadOnlyCollection<(Flag Flag, FlagEnvironment Environment)> changed) =>
        new Change(this).Put(changedSegments).Put(changed).Make();

    public FlagSnapshot Without(string key) => byKey.ContainsKey(key) ? new Change(this).Remove(key).Make() : this;

    public FlagSnapshot WithoutSegment(string key) => segments.ContainsKey(key) ? new Change(this).RemoveSegment(key).Make() : this;

    public bool TryFind(string key, [NotNullWhen(true)] out CompiledFlag? flag) => byKey.TryGetValue(key, out flag);

    public bool TryFind(ReadOnlySpan<char> key, [NotNullWhen(true)] out CompiledFlag? flag) => byKey.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out flag);

    /// <summary>Evaluates all flags in the order of their keys.</summary>
    /// <param name="answers">Room for <see cref="Count"/>.</param>
    /// <returns>A fingerprint of all answers together: equal exactly when the bodies made of them are.</returns>
    public UInt128 EvaluateAll(EvaluationContext context, Span<Answer> answers)
    {
        var fingerprint = (UInt128)(uint)inOrder.Length;
        for (var i = 0; i < inOrder.Length; i++)
        {
            var answer = inOrder[i].Evaluate(context).Answer;
            answers[i] = answer;
            fingerprint = Fold(fingerprint, answer.Fingerprint);
        }

        return fingerprint;
    }

    // The parts are SHA-256 already; what is left is to make their order count.
    internal static UInt128 Fold(UInt128 sum, UInt128 next) => (UInt128.RotateLeft(sum, 47) ^ next) * Prime;

    /// <summary>The next snapshot under way: what depends on something that changed is compiled anew, the rest is taken over.</summary>
    private sealed class Change(FlagSnapshot before)
    {
        private readonly Dictionary<string, (Flag Flag, FlagEnvironment Environment)> changed = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Segment> changedSegments = new(StringComparer.Ordinal);
        private readonly HashSet<string> removed = new(StringComparer.Ordinal);
        private readonly HashSet<string> removedSegments = new(StringComparer.Ordinal);
        private readonly HashSet<string> underWay = new(StringComparer.Ordinal);
        private readonly Dictionary<string, CompiledFlag> flags = new(before.byKey, StringComparer.Ordinal);
        private readonly Dictionary<string, CompiledSegment> segments = new(before.segments, StringComparer.Ordinal);
        private HashSet<string> stale = new(StringComparer.Ordinal);
        private HashSet<string> staleSegments = new(StringComparer.Ordinal);
        private FlagSurroundings around = null!;

        public Change Put(IReadOnlyCollection<(Flag Flag, FlagEnvironment Environment)> put)
        {
            foreach (var change in put) changed[change.Flag.Key] = change;
            return this;
        }

        public Change Put(IReadOnlyCollection<Segment> put)
        {
            foreach (var segment in put) changedSegments[segment.Key] = segment;
            return this;
        }

        public Change Remove(string key)
        {
            removed.Add(key);
            flags.Remove(key);
            return this;
        }

        public Change RemoveSegment(string key)
        {
            removedSegments.Add(key);
            segments.Remove(key);
            return this;
        }

        public FlagSnapshot Make()
        {
            staleSegments = WithDependents(changedSegments.Keys.Concat(removedSegments), before.segments.Values.Select(segment => (segment.Source.Key, segment.Source.Segments())));
            var touched = before.inOrder.Where(flag => staleSegments.Count > 0 && SegmentsOf(flag.Setting).Any(staleSegments.Contains)).Select(flag => flag.Key);
            stale = WithDependents(changed.Keys.Concat(removed).Concat(touched), before.inOrder.Where(flag => !flag.Setting.Prerequisites.IsEmpty).Select(flag => (flag.Key, flag.Setting.Prerequisites.Select(wanted => wanted.Flag))));
            var number = before.Attributes.SegmentCount;
            var numbers = changedSegments.Keys.ToDictionary(key => key, key => before.segments.TryGetValue(key, out var known) ? known.Number : number++, StringComparer.Ordinal);
            var wanted = changed.Values.SelectMany(change => change.Environment.Prerequisites).Select(prerequisite => prerequisite.Flag).Where(key => !before.needed.ContainsKey(key)).ToHashSet(StringComparer.Ordinal);
            var needed = wanted.Count == 0 ? before.needed : new Dictionary<string, int>(before.needed, StringComparer.Ordinal);
            foreach (var key in wanted) needed[key] = needed.Count;
            var attributes = before.Attributes.With(
                changed.Values.SelectMany(change => CompiledFlag.AttributesOf(change.Environment)).Concat(changedSegments.Values.SelectMany(segment => CompiledFlag.AttributesOf(segment.Conditions))),
                number,
                needed.Count);
            around = new FlagSurroundings(attributes, FlagOf, key => needed[key], key => SegmentOf(key, numbers), CanTakeLong, before.Counters);
            foreach (var key in staleSegments.ToArray()) SegmentOf(key, numbers);
            foreach (var key in stale.ToArray()) FlagOf(key);
            return new FlagSnapshot(before.Environment, attributes, flags, segments, needed, before.Counters);
        }

        private CompiledFlag? FlagOf(string key)
        {
            if (!stale.Contains(key)) return flags.GetValueOrDefault(key);
            // What comes back to itself, by a race of two writers, is not there for itself.
            if (removed.Contains(key) || !underWay.Add(key)) return null;
            var (flag, environment) = changed.TryGetValue(key, out var news) ? news : before.byKey.TryGetValue(key, out var old) ? (old.Flag, old.Setting) : default;
            if (flag is not null) flags[key] = new CompiledFlag(flag, environment, around);
            underWay.Remove(key);
            stale.Remove(key);
            return flags.GetValueOrDefault(key);
        }

        private CompiledSegment? SegmentOf(string key, Dictionary<string, int> numbers)
        {
            if (!staleSegments.Contains(key)) return segments.GetValueOrDefault(key);
            if (removedSegments.Contains(key) || !underWay.Add("segment/" + key)) return null;
            var source = changedSegments.GetValueOrDefault(key) ?? before.segments.GetValueOrDefault(key)?.Source;
            if (source is not null)
            {
                var number = numbers.TryGetValue(key, out var fresh) ? fresh : before.segments[key].Number;
                segments[key] = new CompiledSegment(source, number, CompiledCondition.From(source.Conditions, around.Attributes, around.SegmentOf));
            }

            underWay.Remove("segment/" + key);
            staleSegments.Remove(key);
            return segments.GetValueOrDefault(key);
        }

        private bool CanTakeLong(FlagEnvironment setting)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            return setting.Conditions.Concat(setting.Rules.SelectMany(rule => rule.Conditions)).Any(CanTakeLong) || setting.Audience.Any(cohort => IsLong(cohort));

            bool CanTakeLong(Condition condition) => condition.Everything().Any(part => part switch
            {
                Condition.Clause clause => clause.Operator == ClauseOperator.Matches,
                Condition.InSegment member => IsLong(member.Segment),
                _ => false,
            });

            bool IsLong(string segment) => seen.Add(segment) && segments.TryGetValue(segment, out var compiled) && compiled.Source.Conditions.Any(CanTakeLong);
        }

        private static IEnumerable<string> SegmentsOf(FlagEnvironment setting) =>
            Segment.SegmentsIn([.. setting.Conditions, .. setting.Rules.SelectMany(rule => rule.Conditions)]).Concat(setting.Audience);

        private static HashSet<string> WithDependents(IEnumerable<string> start, IEnumerable<(string Key, IEnumerable<string> Needs)> all)
        {
            var found = new HashSet<string>(start, StringComparer.Ordinal);
            if (found.Count == 0) return found;
            var dependents = all.SelectMany(item => item.Needs.Select(need => (need, item.Key))).ToLookup(pair => pair.need, pair => pair.Key, StringComparer.Ordinal);
            if (dependents.Count == 0) return found;
            var open = new Stack<string>(found);
            while (open.TryPop(out var key))
            {
                foreach (var dependent in dependents[key])
                {
                    if (found.Add(dependent)) open.Push(dependent);
                }
            }

            return found;
        }
    }
}
