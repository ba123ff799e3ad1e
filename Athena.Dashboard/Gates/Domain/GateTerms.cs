using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>What every decision about an item needs besides the item.</summary>
/// <param name="SettledByCheck">Some part of the product supplies the check that the item names: people cannot tick it.</param>
public sealed record GateTerms(Actor Actor, DateTimeOffset Now, bool SettledByCheck = false);

/// <summary>Somebody who is to settle an item.</summary>
public sealed record GateAssignee(Guid Id, string Name, ImmutableArray<Role> Roles)
{
    public bool MaySettle(GateItem item) => GateRights.MaySettle(item.Owners, Roles);
}
