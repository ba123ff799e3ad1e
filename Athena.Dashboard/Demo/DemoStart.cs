using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Demo;

/// <summary>
/// Makes the Administrator of a new demo before the first request, so that there is never a demo that waits to be set
/// up and prints a link for it.
/// </summary>
internal sealed class DemoStart(DemoAccounts accounts, IFirstAdministrator firstAdministrator) : IStartupStep
{
    /// <summary>What a new demo begins with; null on the data of an earlier one.</summary>
    public DemoState? Fresh { get; private set; }

    /// <exception cref="InvalidOperationException">The data folder belongs to somebody who is no demo.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await accounts.ReadAsync(cancellationToken) is not null) return;
        var people = DemoAccounts.MakeUp();
        var administrator = people.Single(person => person.Role == Role.Administrator);
        var created = await firstAdministrator.CreateAsync(administrator.Name, administrator.Email, administrator.Password, cancellationToken);
        if (created.Refusal is { } refusal) throw new InvalidOperationException(refusal.Title + " --demo wants an empty data folder, or one that it made itself.");
        Fresh = new DemoState(people, created.Value);
        await accounts.SaveAsync(Fresh, cancellationToken);
    }
}
