using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// All flags of one environment, ready to be evaluated. Never changes: a change makes a new snapshot that takes over
/// what is the same, and whoever holds the old one finishes with it.
/// </summary>
public sealed class FlagSnapshot
{
    private readonly CompiledFlag[] inOrder;
    private readonly FrozenDictionary<string, CompiledFlag> byKey;

    private FlagSnapshot(string environment, AttributeTable attributes, IEnumerable<CompiledFlag> flags)
    {
        Environment = environment;
        Attributes = attributes;
        inOrder = [.. flags.OrderBy(flag => flag.Key, StringComparer.Ordinal)];
        byKey = inOrder.ToFrozenDictionary(flag => flag.Key, StringComparer.Ordinal);
    }

    public string Environment { get; }

    /// <summary>The attributes to read a context with before it is evaluated here.</summary>
    public AttributeTable Attributes { get; }

    public int Count => inOrder.Length;

    public static FlagSnapshot Empty(string environment) => new(environment, AttributeTable.Initial, []);

    /// <summary>Puts the given flags in, each in the place of the one with its key.</summary>
    public FlagSnapshot With(params IReadOnlyCollection<(Flag Flag, FlagEnvironment Environment)> changed)
    {
        var attributes = Attributes.With(changed.SelectMany(change => CompiledFlag.AttributesOf(change.Environment)));
        var flags = inOrder.ToDictionary(flag => flag.Key, StringComparer.Ordinal);
        foreach (var (flag, environment) in changed) flags[flag.Key] = new CompiledFlag(flag, environment, attributes);
        return new FlagSnapshot(Environment, attributes, flags.Values);
    }

    public FlagSnapshot Without(string key) =>
        byKey.ContainsKey(key) ? new FlagSnapshot(Environment, Attributes, inOrder.Where(flag => flag.Key != key)) : this;

    public bool TryFind(string key, [NotNullWhen(true)] out CompiledFlag? flag) => byKey.TryGetValue(key, out flag);

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
    private static UInt128 Fold(UInt128 sum, UInt128 next) => (UInt128.RotateLeft(sum, 47) ^ next) * Prime;

    private static readonly UInt128 Prime = new(0x0000000001000000, 0x000000000000013B);
}
