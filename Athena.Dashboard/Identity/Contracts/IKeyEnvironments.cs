using System.Collections.Immutable;

namespace Athena.Dashboard.Identity.Contracts;

/// <summary>The environments that a key can be bound to. Identity sees no other slice, so somebody else supplies them.</summary>
public interface IKeyEnvironments
{
    ImmutableArray<string> Names { get; }
}
