using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Recovery.Contracts;

/// <summary>How events, audit and hub groups name the procedure of a rollback: <c>recovery/&lt;id&gt;</c>.</summary>
public static class RecoverySubject
{
    public const string Kind = "recovery";

    public static Subject Of(Guid procedureId) => new(Kind, procedureId.ToString());
}
