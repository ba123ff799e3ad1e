namespace Athena.Dashboard.Identity.Domain;

public enum KeyState
{
    Good,
    Expired,
    Revoked,
}
