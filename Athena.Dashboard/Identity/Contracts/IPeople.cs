using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Contracts;

/// <summary>Everybody who has an account. Answered from memory, which follows every change within a moment.</summary>
public interface IPeople
{
    /// <summary>Null when there is no such account. Disabled people are found too: history keeps naming them.</summary>
    ValueTask<Person?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>All who may sign in, by name.</summary>
    ValueTask<ImmutableArray<Person>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>All who may sign in and hold the role, by name.</summary>
    ValueTask<ImmutableArray<Person>> InRoleAsync(Role role, CancellationToken cancellationToken = default);
}

/// <summary>Somebody with an account.</summary>
/// <param name="Name">Name to show.</param>
/// <param name="Email">Where mail goes; also the name to sign in with.</param>
/// <param name="Roles">In the order of <see cref="Role"/>.</param>
/// <param name="Zone">IANA name of the time zone to show times in, e.g. <c>Europe/Vienna</c>; null for the browser's.</param>
/// <param name="IsDisabled">May not sign in any more.</param>
public sealed record Person(Guid Id, string Name, string Email, ImmutableArray<Role> Roles, string? Zone, bool IsDisabled = false)
{
    public bool Is(Role role) => Roles.Contains(role);

    public bool May(Permission permission) => Permissions.Of(Roles).Contains(permission);
}
