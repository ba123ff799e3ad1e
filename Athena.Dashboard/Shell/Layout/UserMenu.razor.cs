using System.Security.Claims;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Shell.Layout;

/// <summary>Who is signed in, the theme, and the way out.</summary>
public sealed partial class UserMenu
{
    private static string Initials(string? name)
    {
        var words = (name ?? "").Split([' ', '.', '@', '-'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Take(2).Select(word => char.ToUpperInvariant(word[0])));
    }

    private static string RolesOf(ClaimsPrincipal user) => string.Join(
        ", ",
        user.FindAll(ClaimTypes.Role).Select(claim => Enum.TryParse<Role>(claim.Value, out var role) ? role.Title() : claim.Value));
}
