using System.Collections.Immutable;

namespace Athena.Dashboard.Platform.Kernel;

public enum ActorKind
{
    /// <summary>Someone signed in.</summary>
    Person,

    /// <summary>A program with an API key.</summary>
    Key,

    /// <summary>The product itself: a worker, a schedule, a rule that fired.</summary>
    System,
}

/// <summary>Who acts, from where, and with which permissions; part of every command and every event.</summary>
/// <param name="Id">The account's or key's id; <see cref="Guid.Empty"/> for the product itself.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Permissions">What the actor may do, read when the command began.</param>
/// <param name="Roles">Roles held; empty for keys and the product.</param>
/// <param name="Environment">The environment that a key is bound to, or null for all.</param>
/// <param name="Source">The address that the command came from, or null.</param>
public sealed record Actor(
    ActorKind Kind,
    Guid Id,
    string Name,
    ImmutableHashSet<Permission> Permissions,
    ImmutableHashSet<Role> Roles,
    string? Environment = null,
    string? Source = null)
{
    public bool May(Permission permission) => Permissions.Contains(permission);

    public bool Is(Role role) => Roles.Contains(role);

    /// <summary>The product acting by itself, named after what decided, e.g. <c>rollout engine</c>.</summary>
    public static Actor System(string name) =>
        new(ActorKind.System, Guid.Empty, name, [.. Enum.GetValues<Permission>()], []);

    /// <summary>Null when allowed, else the refusal that says who can.</summary>
    public Refusal? Lacks(Permission permission, string whatWasTried) =>
        May(permission)
            ? null
            : new Refusal(RefusalKind.Forbidden, "forbidden", $"{Name} may not {whatWasTried}.")
            {
                WhoCan = [.. permission.Holders().Select(role => role.Title())],
            };
}
