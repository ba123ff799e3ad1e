using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Contracts;

/// <summary>How events and audit name a person: <c>person/&lt;id&gt;</c>.</summary>
public static class PersonSubject
{
    public const string Kind = "person";

    public static Subject Of(Guid personId) => new(Kind, personId.ToString());
}

/// <summary>How events and audit name an API key: <c>key/&lt;id&gt;</c>.</summary>
public static class KeySubject
{
    public const string Kind = "key";

    public static Subject Of(Guid keyId) => new(Kind, keyId.ToString());
}

public sealed record PersonAdded(Guid PersonId, string Name, string Email, ImmutableArray<Role> Roles) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <summary>Name or time zone changed.</summary>
public sealed record PersonChanged(Guid PersonId, string Name, string? Zone) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record RolesChanged(Guid PersonId, ImmutableArray<Role> Roles) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record PersonDisabled(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record PersonEnabled(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <summary>A link with which the person sets a password once.</summary>
public sealed record PasswordLinkMade(Guid PersonId, DateTimeOffset ExpiresAt) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record PasswordChanged(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record SecondFactorTurnedOn(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record SecondFactorTurnedOff(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <summary>Somebody came in, or changed the second factor, without the authenticator app.</summary>
/// <param name="Left">How many codes are left.</param>
public sealed record RecoveryCodeUsed(Guid PersonId, int Left) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <summary>There are new recovery codes, and the ones before are good no more.</summary>
public sealed record RecoveryCodesRenewed(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public sealed record SignedIn(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <summary>Someone tried to sign in and was not let in.</summary>
/// <param name="PersonId">The account that was tried; empty when there is none. What was typed is not kept: it may be a password in the wrong field.</param>
/// <param name="Times">How often; above 1 this counts the repeats of an earlier one.</param>
public sealed record SignInFailed(Guid PersonId, SignInFailure Reason, int Times = 1) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

public enum SignInFailure
{
    UnknownAccount,
    WrongPassword,
    WrongCode,
    LockedOut,
    Disabled,

    /// <summary>Of a count: from too many addresses to be told apart.</summary>
    Several,
}

/// <summary>Every session of the person ended: signed out, or ended by somebody else.</summary>
public sealed record SessionsEnded(Guid PersonId) : IDomainEvent
{
    public Subject Subject => PersonSubject.Of(PersonId);
}

/// <param name="Environment">Null for a key that is good everywhere.</param>
/// <param name="ExpiresAt">Null for a key that does not expire.</param>
public sealed record KeyCreated(Guid KeyId, string Name, ImmutableArray<string> Scopes, string? Environment, DateTimeOffset? ExpiresAt) : IDomainEvent
{
    public Subject Subject => KeySubject.Of(KeyId);
}

public sealed record KeyRevoked(Guid KeyId, string Name) : IDomainEvent
{
    public Subject Subject => KeySubject.Of(KeyId);
}

/// <summary>Somebody asked for what he may not have.</summary>
/// <param name="Kind">Person or key.</param>
/// <param name="Id">The person's or key's id.</param>
/// <param name="What">Method and path of a request without its query, or the page that a command was given on.</param>
/// <param name="Why">The sentence that was answered.</param>
/// <param name="Times">How often; above 1 this counts the repeats of an earlier one.</param>
public sealed record AccessDenied(ActorKind Kind, Guid Id, Permission? Permission, string What, string Why, int Times = 1) : IDomainEvent
{
    public Subject Subject => Kind == ActorKind.Key ? KeySubject.Of(Id) : PersonSubject.Of(Id);
}
