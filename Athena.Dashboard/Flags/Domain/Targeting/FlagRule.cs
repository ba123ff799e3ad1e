using System.Collections.Immutable;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>Serves something to those for whom its conditions hold, before percentage and cohorts are asked.</summary>
/// <param name="Name">For people; may be empty.</param>
/// <param name="Conditions">All have to hold; none means everybody.</param>
public sealed record FlagRule(string Name, ImmutableArray<Condition> Conditions, Serving Serve)
{
    public bool Equals(FlagRule? other) => other is not null && other.Name == Name && other.Serve == Serve && other.Conditions.SequenceEqual(Conditions);

    public override int GetHashCode() => HashCode.Combine(Name, Conditions.Length);
}

/// <summary>
/// Another flag that has to serve a variant in the same environment, or this flag serves <c>off</c>. Never its
/// <c>off</c>: switching a flag off must not switch another on.
/// </summary>
/// <param name="Flag">The other flag's key.</param>
public sealed record Prerequisite(string Flag, string Variant = Domain.Variant.On);
