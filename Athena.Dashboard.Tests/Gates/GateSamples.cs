using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using WaiverRule = Athena.Dashboard.Process.Contracts.WaiverRule;

namespace Athena.Dashboard.Tests.Gates;

internal static class GateSamples
{
    public static readonly DateTimeOffset Now = new(2025, 8, 1, 9, 0, 0, TimeSpan.Zero);

    public static readonly WaiverRule OneApprover = new(1, [Role.EngineeringLead, Role.QaLead], FollowUpRequired: false);

    public static Actor Person(string name, params Role[] roles) =>
        new(ActorKind.Person, IdOf(name), name, Permissions.Of(roles), [.. roles]);

    public static Actor Key(params Permission[] permissions) => new(ActorKind.Key, IdOf("pipeline"), "pipeline", [.. permissions], []);

    public static GateTerms By(Actor actor, TimeSpan after = default, bool settledByCheck = false) => new(actor, Now + after, settledByCheck);

    public static GateItem Item(Role owner = Role.QaLead, string? check = null, DateTimeOffset? dueAt = null) => new()
    {
        Id = IdOf("item"),
        SubjectKind = "release",
        SubjectId = "1.2.0",
        SetKey = "pre-release",
        SetTitle = "Pre-Release Gates",
        Key = "e2e-complete",
        Title = "E2E test suite complete",
        Owners = [owner],
        Check = check,
        StateSince = Now,
        DueAt = dueAt ?? Now.AddDays(7),
        ChangedBy = "plan",
        ChangedAt = Now,
    };

    public static WaiverRequest Request(DateTimeOffset? until = null, string? followUp = null) =>
        new("The suite is red for a reason outside the release", "A fault goes unseen", "The fix waits a week", until ?? Now.AddDays(3), followUp);

    public static Guid IdOf(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
