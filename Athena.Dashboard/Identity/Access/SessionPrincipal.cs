using System.Globalization;
using System.Security.Claims;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// The principal of somebody signed in. The cookie carries only who and which stamp; name and roles are put in from
/// the directory with every request, for components that show them. Decisions are made by <see cref="Find"/>.
/// </summary>
internal static class SessionPrincipal
{
    private const string StampClaim = "stamp";
    private const string SourceClaim = "source";
    private const string EndsClaim = "ends";

    /// <summary>What the cookie carries.</summary>
    public static ClaimsPrincipal ForCookie(Guid personId, string stamp) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, personId.ToString()), new Claim(StampClaim, stamp)], AccessSchemes.Session));

    /// <summary>What requests and circuits see.</summary>
    /// <param name="endsAt">When one has to sign in again in any case; what is open by then ends with the session.</param>
    /// <param name="source">The address of the browser; a circuit has no request to ask for it later.</param>
    public static ClaimsPrincipal Of(KnownPerson known, DateTimeOffset endsAt, string? source)
    {
        var identity = new ClaimsIdentity(AccessSchemes.Session);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, known.Person.Id.ToString()));
        identity.AddClaim(new Claim(ClaimTypes.Name, known.Person.Name));
        identity.AddClaim(new Claim(StampClaim, known.Stamp ?? ""));
        identity.AddClaim(new Claim(EndsClaim, endsAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        if (source is not null) identity.AddClaim(new Claim(SourceClaim, source));
        foreach (var role in known.Person.Roles) identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>Null when the session has ended or there is none.</summary>
    public static KnownPerson? Find(ClaimsPrincipal user, PersonDirectory people, DateTimeOffset now) =>
        IdOf(user) is { } id && !IsTooOld(user, now) ? people.FindSession(id, user.FindFirst(StampClaim)?.Value) : null;

    public static Guid? IdOf(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id) ? id : null;

    public static string? SourceOf(ClaimsPrincipal user) => user.FindFirst(SourceClaim)?.Value;

    /// <summary>Who acts in this session; somebody without any permission once it has ended.</summary>
    public static Actor ActorOf(ClaimsPrincipal user, PersonDirectory people, DateTimeOffset now)
    {
        var id = IdOf(user) ?? throw new InvalidOperationException("Nobody is signed in.");
        return Find(user, people, now) is { } known
            ? new Actor(ActorKind.Person, id, known.Person.Name, known.Permissions, known.Roles, Source: SourceOf(user))
            : new Actor(ActorKind.Person, id, user.Identity?.Name ?? "Somebody signed out", [], [], Source: SourceOf(user));
    }

    // The principal of a cookie has no such claim: the cookie's own properties say when it began.
    private static bool IsTooOld(ClaimsPrincipal user, DateTimeOffset now) =>
        user.FindFirst(EndsClaim)?.Value is { } ends && now.ToUnixTimeSeconds() >= long.Parse(ends, CultureInfo.InvariantCulture);
}
