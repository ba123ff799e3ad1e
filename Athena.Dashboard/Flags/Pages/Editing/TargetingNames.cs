using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>What the values of an attribute are.</summary>
public enum AttributeKind
{
    Text,
    Number,
    Date,
    Version,
}

/// <summary>What an editor offers while somebody types: attributes that rules ask already, segments, other flags with their variants.</summary>
public sealed class TargetingNames
{
    private const int MostOffered = 200;

    private readonly Dictionary<string, AttributeKind> attributes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> flags = new(StringComparer.Ordinal);

    private TargetingNames(ImmutableArray<string> segments)
    {
        Segments = segments;
        foreach (var name in (string[])[ContextNames.TargetingKey, ContextNames.UserRole, ContextNames.UserTier, ContextNames.Workspace, ContextNames.Cohorts]) attributes[name] = AttributeKind.Text;
    }

    public static TargetingNames None { get; } = new([]);

    public ImmutableArray<string> Segments { get; }

    public ImmutableArray<string> Attributes { get; private set; } = [];

    /// <param name="snapshot">Null where no environment is meant.</param>
    internal static TargetingNames From(FlagSnapshot? snapshot, IEnumerable<Segment> segments)
    {
        var all = segments.ToList();
        var names = new TargetingNames([.. all.Select(segment => segment.Key)]);
        var settings = (snapshot?.Flags ?? []).Select(flag => flag.Setting);
        foreach (var flag in snapshot?.Flags ?? []) names.flags[flag.Key] = [.. flag.Flag.Variants.Select(variant => variant.Name)];
        foreach (var condition in all.SelectMany(segment => segment.Conditions).Concat(settings.SelectMany(setting => setting.Conditions.Concat(setting.Rules.SelectMany(rule => rule.Conditions)))))
        {
            foreach (var clause in condition.Everything().OfType<Condition.Clause>())
            {
                // Presence says nothing about the kind of value.
                if (clause.Operator != ClauseOperator.Exists || !names.attributes.ContainsKey(clause.Attribute)) names.attributes.TryAdd(clause.Attribute, KindOf(clause.Operator));
            }
        }

        names.Attributes = [.. names.attributes.Keys.Order(StringComparer.Ordinal).Take(MostOffered)];
        return names;
    }

    /// <returns>Null for an attribute that nothing asks yet.</returns>
    public AttributeKind? KindOf(string attribute) => attributes.TryGetValue(attribute, out var kind) ? kind : null;

    public IReadOnlyList<string> FlagsLike(string typed, string except) =>
        [.. flags.Keys.Where(key => key != except && key.Contains(typed, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).Take(20)];

    /// <returns>Empty for a flag that is not there.</returns>
    public ImmutableArray<string> VariantsOf(string flag) => flags.GetValueOrDefault(flag, []);

    public static AttributeKind KindOf(ClauseOperator with) =>
        with.IsNumber() ? AttributeKind.Number : with.IsDate() ? AttributeKind.Date : with.IsVersion() ? AttributeKind.Version : AttributeKind.Text;
}
