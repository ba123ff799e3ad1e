using System.Collections.Immutable;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>Whom messages go to, by the audiences that the process names.</summary>
public sealed class RecipientLists(Store store, IPeople people, IProcessCatalog process)
{
    /// <returns>One for each audience of a message in the process in force, each that is told of a rollback, and every other that was set, by title.</returns>
    public async Task<ImmutableArray<RecipientList>> ListAsync(CancellationToken cancellationToken)
    {
        var set = await store.ReadAsync((db, token) => db.Set<RecipientList>().ToDictionaryAsync(list => list.Key, token), cancellationToken);
        var named = process.Current.Document.Communication.SelectMany(moment => moment.Items)
            .Where(item => item.Kind == CommunicationKind.Message).Select(item => item.Audience)
            .Concat(process.Current.Document.Rollback.Tell);
        return [.. named.Union(set.Keys).Select(key => set.GetValueOrDefault(key) ?? RecipientList.Untouched(key)).OrderBy(list => list.Title, StringComparer.Ordinal)];
    }

    /// <returns>Every address once.</returns>
    public async Task<ImmutableArray<string>> AddressesAsync(string key, CancellationToken cancellationToken)
    {
        var list = await store.ReadAsync((db, token) => db.Set<RecipientList>().FirstOrDefaultAsync(row => row.Key == key, token), cancellationToken) ?? RecipientList.Untouched(key);
        var addresses = list.Addresses.ToList();
        foreach (var role in list.Roles) addresses.AddRange((await people.InRoleAsync(role, cancellationToken)).Select(person => person.Email));
        return [.. addresses.Where(RecipientList.IsAddress).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <param name="version">The version that was seen; 0 for a list that nobody has set.</param>
    public async Task<Outcome<RecipientList>> SetAsync(string key, long version, ImmutableArray<string> addresses, ImmutableArray<Role> roles, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditCommunication, "change recipient lists") is { } forbidden) return forbidden;
        if ((await ListAsync(cancellationToken)).All(list => list.Key != key)) return Refusal.NotFound("recipient list", key);
        return await store.WriteOrStaleAsync<RecipientList>(
            $"The list {RecipientList.TitleOf(key)}",
            actor,
            async (write, token) =>
            {
                var row = await write.Db.Set<RecipientList>().FirstOrDefaultAsync(list => list.Key == key, token);
                var current = row ?? RecipientList.Untouched(key);
                if (current.Version != version) return Refusal.Stale($"The list {current.Title}");
                var decided = current.Set(addresses, roles);
                if (!decided.IsAccepted) return decided.Refusal;
                var before = current with { };
                var next = decided.Value.State with { Version = current.Version + 1 };
                if (row is null) write.Add(next);
                else write.Replace(row, next);
                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
    }
}
