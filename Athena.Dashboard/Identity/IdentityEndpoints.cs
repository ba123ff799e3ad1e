using System.Collections.Immutable;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Athena.Dashboard.Identity;

internal static class IdentityEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-out", SignOutAsync).RequireAuthorization();
        routes.MapGet("/api/me", MeAsync).RequireAuthorization();

        var people = routes.MapApi("/api/people", Permission.ManagePeople);
        people.MapGet("/", PeopleAsync);
        people.MapPost("/", AddAsync);
        people.MapGet("/{id:guid}", PersonAsync);
        people.MapPut("/{id:guid}/roles", ChangeRolesAsync);
        people.MapPost("/{id:guid}/disablings", DisableAsync);
        people.MapPost("/{id:guid}/enablings", EnableAsync);
        people.MapPost("/{id:guid}/session-ends", EndSessionsAsync);
        people.MapPost("/{id:guid}/password-links", MakeLinkAsync);

        var keys = routes.MapApi("/api/keys", Permission.ManagePeople);
        keys.MapGet("/", KeysAsync);
        keys.MapPost("/", CreateKeyAsync);
        keys.MapPost("/{id:guid}/revocations", RevokeKeyAsync);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, PeopleService service, ICurrentActor current)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Refusal.Invalid("form_too_old", "This form cannot be taken.", new RefusalItem("form", "is too old or not ours", Expected: "the one on a page just loaded")).ToResult();
        var actor = await current.GetAsync(context.RequestAborted);
        if (actor.Kind == ActorKind.Person) await service.EndSessionsAsync(actor.Id, actor, context.RequestAborted);
        await Sessions.ForgetAsync(context);
        return TypedResults.LocalRedirect(SessionCookie.SignInPath);
    }

    private static async Task<Ok<Me>> MeAsync(ICurrentActor current, CancellationToken cancellationToken)
    {
        var actor = await current.GetAsync(cancellationToken);
        return TypedResults.Ok(new Me(actor.Kind, actor.Id, actor.Name, [.. actor.Roles.Order()], [.. actor.Permissions.Order()], actor.Environment));
    }

    private static async Task<Ok<ImmutableArray<PersonRow>>> PeopleAsync(PeopleQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.ListAsync(cancellationToken));

    private static async Task<IResult> PersonAsync(Guid id, PeopleQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(id, cancellationToken) is not { } person) return Refusal.NotFound("account", id.ToString()).ToResult();
        RowVersion.Write(response, person.Version);
        return TypedResults.Ok(person);
    }

    private static async Task<IResult> AddAsync(AddPerson body, HttpRequest request, PeopleService service, ICurrentActor current, CancellationToken cancellationToken)
    {
        var wanted = new NewPerson(body.Name, body.Email, body.Roles ?? [], body.Zone, body.Password);
        var outcome = await service.AddAsync(wanted, await current.GetAsync(cancellationToken), cancellationToken);
        return outcome.ToResult(added => TypedResults.Created(
            $"/api/people/{added.Id}",
            new PersonAnswer(added.Id, added.LinkToken is null ? null : LinkTo(request, added.LinkToken))));
    }

    private static async Task<IResult> ChangeRolesAsync(
        Guid id, ChangeRoles body, HttpRequest request, PeopleService service, ICurrentActor current, CancellationToken cancellationToken) =>
        await AtVersionAsync(request, async version => await service.ChangeRolesAsync(id, version, body.Roles ?? [], await current.GetAsync(cancellationToken), cancellationToken));

    private static async Task<IResult> DisableAsync(Guid id, HttpRequest request, PeopleService service, ICurrentActor current, CancellationToken cancellationToken) =>
        await AtVersionAsync(request, async version => await service.DisableAsync(id, version, await current.GetAsync(cancellationToken), cancellationToken));

    private static async Task<IResult> EnableAsync(Guid id, HttpRequest request, PeopleService service, ICurrentActor current, CancellationToken cancellationToken) =>
        await AtVersionAsync(request, async version => await service.EnableAsync(id, version, await current.GetAsync(cancellationToken), cancellationToken));

    private static async Task<IResult> EndSessionsAsync(Guid id, PeopleService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.EndSessionsAsync(id, await current.GetAsync(cancellationToken), cancellationToken)).ToResult(_ => TypedResults.NoContent());

    private static async Task<IResult> MakeLinkAsync(Guid id, HttpRequest request, PasswordService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.MakeLinkAsync(id, await current.GetAsync(cancellationToken), cancellationToken))
            .ToResult(token => TypedResults.Ok(new PersonAnswer(id, LinkTo(request, token))));

    private static async Task<Ok<ImmutableArray<KeyRow>>> KeysAsync(KeyService service, CancellationToken cancellationToken) =>
        TypedResults.Ok(await service.ListAsync(cancellationToken));

    private static async Task<IResult> CreateKeyAsync(CreateKey body, KeyService service, ICurrentActor current, CancellationToken cancellationToken)
    {
        var request = new KeyRequest(body.Name, body.Scopes ?? [], body.Environment, body.ExpiresAt);
        return (await service.CreateAsync(request, await current.GetAsync(cancellationToken), cancellationToken))
            .ToResult(issued => TypedResults.Created($"/api/keys/{issued.Id}", issued));
    }

    private static async Task<IResult> RevokeKeyAsync(Guid id, KeyService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.RevokeAsync(id, await current.GetAsync(cancellationToken), cancellationToken)).ToResult(_ => TypedResults.NoContent());

    private static async Task<IResult> AtVersionAsync(HttpRequest request, Func<long, Task<Outcome<long>>> command)
    {
        var seen = RowVersion.Read(request);
        if (seen.Refusal is { } refusal) return refusal.ToResult();
        return (await command(seen.Value)).ToResult(version =>
        {
            RowVersion.Write(request.HttpContext.Response, version);
            return TypedResults.NoContent();
        });
    }

    private static string LinkTo(HttpRequest request, string token) => $"{request.Scheme}://{request.Host}/set-password?token={token}";

    internal sealed record Me(ActorKind Kind, Guid Id, string Name, ImmutableArray<Role> Roles, ImmutableArray<Permission> Permissions, string? Environment);

    internal sealed record AddPerson(string? Name, string? Email, ImmutableArray<Role>? Roles, string? Zone, string? Password);

    internal sealed record PersonAnswer(Guid Id, string? SetPasswordLink);

    internal sealed record ChangeRoles(ImmutableArray<Role>? Roles);

    internal sealed record CreateKey(string? Name, ImmutableArray<string>? Scopes, string? Environment, DateTimeOffset? ExpiresAt);
}
