using System.Collections.Immutable;
using static Athena.Dashboard.Platform.Kernel.Role;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>What can be allowed. Each page, endpoint and command names one; policies carry the same names.</summary>
public enum Permission
{
    See,

    /// <summary>Change anything at all: everybody but a Viewer. What exactly, each command asks for itself.</summary>
    TakePart,

    EditReleases,
    TickAnyGate,
    TickOwnGate,
    AskWaiver,
    ApproveWaiver,
    EditFlags,
    RaiseExposure,
    LowerExposure,
    ApproveDangerousRollback,
    WriteNotes,
    CommentNotes,
    ApproveNotes,
    PublishNotes,
    EditCommunication,
    OverrideFreeze,
    EditProcess,
    ManagePeople,
    EvaluateFlags,
    WriteHealth,
    WriteGates,
}

/// <summary>
/// Who may do what. Kept in code and not in the process document: whoever may edit that document could otherwise
/// give himself any right.
/// </summary>
public static class Permissions
{
    private static readonly Role[] ProcessRoles = [ReleaseManager, EngineeringLead, ProductManager, DevOpsEngineer, QaLead];

    private static readonly ImmutableDictionary<Permission, ImmutableArray<Role>> Table =
        new Dictionary<Permission, Role[]>
        {
            [Permission.See] = Enum.GetValues<Role>(),
            [Permission.TakePart] = [.. ProcessRoles, Support],
            [Permission.EditReleases] = [ReleaseManager],
            [Permission.TickAnyGate] = [ReleaseManager],
            [Permission.TickOwnGate] = [.. ProcessRoles, Support],
            [Permission.AskWaiver] = ProcessRoles,
            [Permission.ApproveWaiver] = [EngineeringLead, QaLead],
            [Permission.EditFlags] = [ReleaseManager, ProductManager, EngineeringLead, DevOpsEngineer],
            [Permission.RaiseExposure] = [ReleaseManager, EngineeringLead, DevOpsEngineer],
            [Permission.LowerExposure] = [ReleaseManager, EngineeringLead, DevOpsEngineer, QaLead],
            [Permission.ApproveDangerousRollback] = [ReleaseManager, EngineeringLead, DevOpsEngineer],
            [Permission.WriteNotes] = [ProductManager, ReleaseManager, EngineeringLead],
            [Permission.CommentNotes] = [ProductManager, ReleaseManager, EngineeringLead, Support],
            [Permission.ApproveNotes] = [ProductManager, Support],
            [Permission.PublishNotes] = [ReleaseManager, ProductManager],
            [Permission.EditCommunication] = [ProductManager, ReleaseManager],
            [Permission.OverrideFreeze] = [ReleaseManager, EngineeringLead],
            [Permission.EditProcess] = [ReleaseManager],
            [Permission.ManagePeople] = [],
            [Permission.EvaluateFlags] = [],
            [Permission.WriteHealth] = [],
            [Permission.WriteGates] = [],
        }.ToImmutableDictionary(
            row => row.Key,
            row => row.Value.Append(Administrator).Distinct().ToImmutableArray());

    /// <summary>The roles that hold a permission; the Administrator always does.</summary>
    public static ImmutableArray<Role> Holders(this Permission permission) => Table[permission];

    /// <summary>Everything that somebody with these roles may do.</summary>
    public static ImmutableHashSet<Permission> Of(IEnumerable<Role> roles)
    {
        var held = roles.ToHashSet();
        return [.. Table.Where(row => row.Value.Any(held.Contains)).Select(row => row.Key)];
    }
}
