using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>Who may do what to an item: the same answer for commands and for the buttons that give them.</summary>
public static class GateRights
{
    /// <param name="owners">The item's owner roles.</param>
    /// <returns>Null when the actor may.</returns>
    public static Refusal? MayNotSettle(ImmutableArray<Role> owners, string title, Actor actor, string whatWasTried)
    {
        if (actor.May(Permission.TickAnyGate) || actor.May(Permission.WriteGates)) return null;
        if (actor.May(Permission.TickOwnGate) && owners.Any(actor.Is)) return null;
        return Refusal.Forbidden($"{actor.Name} may not {whatWasTried} '{title}'.", [.. WhoCanSettle(owners)]);
    }

    public static Refusal? MayNotSpeak(string title, Actor actor, string whatWasTried) =>
        actor.May(Permission.TickOwnGate) || actor.May(Permission.WriteGates)
            ? null
            : Refusal.Forbidden($"{actor.Name} may not {whatWasTried} '{title}'.", [.. Permission.TickOwnGate.Holders().Select(role => role.Title())]);

    /// <summary>Role titles. The Administrator may everything and is not who one asks.</summary>
    public static IEnumerable<string> WhoCanSettle(ImmutableArray<Role> owners) =>
        owners.Concat(Permission.TickAnyGate.Holders()).Distinct().Where(role => role != Role.Administrator).Select(role => role.Title());

    /// <summary>Somebody with these roles may settle items of these owners.</summary>
    public static bool MaySettle(ImmutableArray<Role> owners, ImmutableArray<Role> roles)
    {
        var permissions = Permissions.Of(roles);
        return permissions.Contains(Permission.TickAnyGate) || (permissions.Contains(Permission.TickOwnGate) && owners.Any(roles.Contains));
    }
}
