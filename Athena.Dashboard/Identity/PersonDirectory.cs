using System.Collections.Frozen;
using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>
/// All accounts in memory, so that every request and every circuit can ask again whether its person may still act.
/// Read anew after every change: by the writer itself at once, by other processes when the event arrives.
/// </summary>
public sealed class PersonDirectory(Store store) : IPeople, IDisposable
{
    private readonly SemaphoreSlim reading = new(1);
    private FrozenDictionary<Guid, KnownPerson> people = FrozenDictionary<Guid, KnownPerson>.Empty;

    /// <summary>After every reading; on the reader's thread.</summary>
    public event EventHandler? Changed;

    /// <summary>True once there is somebody who may give others their rights.</summary>
    public bool HasAdministrator { get; private set; }

    public KnownPerson? Find(Guid id) => people.GetValueOrDefault(id);

    /// <summary>The person of a session that is still good: not disabled, not ended since.</summary>
    public KnownPerson? FindSession(Guid id, string? stamp) =>
        people.TryGetValue(id, out var known) && !known.Person.IsDisabled && known.Stamp == stamp ? known : null;

    public ValueTask<Person?> FindAsync(Guid id, CancellationToken cancellationToken = default) => new(Find(id)?.Person);

    public ValueTask<ImmutableArray<Person>> ListAsync(CancellationToken cancellationToken = default) => new(Active(_ => true));

    public ValueTask<ImmutableArray<Person>> InRoleAsync(Role role, CancellationToken cancellationToken = default) =>
        new(Active(person => person.Is(role)));

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var accounts = await store.ReadAsync((db, token) => db.Set<Account>().ToListAsync(token), cancellationToken);
            people = accounts.Select(account => new KnownPerson(account)).ToFrozenDictionary(known => known.Person.Id);
            HasAdministrator = people.Values.Any(known => known.Person.Is(Role.Administrator));
        }
        finally
        {
            reading.Release();
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }

    public void Dispose() => reading.Dispose();

    private ImmutableArray<Person> Active(Func<Person, bool> which) =>
        [.. people.Values.Select(known => known.Person).Where(person => !person.IsDisabled && which(person))
            .OrderBy(person => person.Name, StringComparer.OrdinalIgnoreCase)];
}

/// <summary>A person and what decides about requests in that person's name.</summary>
public sealed class KnownPerson(Account account)
{
    public Person Person { get; } = account.ToPerson();

    /// <summary>Carried by every session; a session with another one has ended.</summary>
    public string? Stamp { get; } = account.SecurityStamp;

    public ImmutableHashSet<Role> Roles { get; } = [.. account.Roles];

    public ImmutableHashSet<Permission> Permissions { get; } =
        account.DisabledAt is null ? Platform.Kernel.Permissions.Of(account.Roles) : [];
}
