namespace Athena.Dashboard.Platform.Kernel;

/// <summary>The spec's five process roles, and the three that running the product needs.</summary>
public enum Role
{
    ReleaseManager,
    EngineeringLead,
    ProductManager,
    DevOpsEngineer,
    QaLead,
    Support,
    Viewer,
    Administrator,
}

public static class RoleTitles
{
    public static string Title(this Role role) => role switch
    {
        Role.ReleaseManager => "Release Manager",
        Role.EngineeringLead => "Engineering Lead",
        Role.ProductManager => "Product Manager",
        Role.DevOpsEngineer => "DevOps Engineer",
        Role.QaLead => "QA Lead",
        Role.Support => "Support",
        Role.Viewer => "Viewer",
        Role.Administrator => "Administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}
