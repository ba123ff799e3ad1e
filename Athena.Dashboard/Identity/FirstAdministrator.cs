using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity;

internal sealed class FirstAdministrator(SetupService setup, KeyService keys) : IFirstAdministrator
{
    public async Task<Outcome<string>> CreateAsync(string name, string email, string password, CancellationToken cancellationToken)
    {
        var added = await setup.CreateAsync(name, email, password, source: null, cancellationToken);
        if (added.Refusal is { } refusal) return refusal;
        var key = await keys.CreateAsync(
            new KeyRequest("demo", [KeyScopes.Admin], Environment: null, ExpiresAt: null),
            Actor.System("demo"),
            cancellationToken);
        return key.Then<string>(issued => issued.Key);
    }
}
