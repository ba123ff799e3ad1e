using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Contracts;

/// <summary>How the demo begins on an empty database; people use the one-time link instead.</summary>
public interface IFirstAdministrator
{
    /// <summary>Creates the Administrator and an API key with the scope <c>admin</c> for every environment.</summary>
    /// <returns>The key, or a refusal when there is an Administrator already.</returns>
    Task<Outcome<string>> CreateAsync(string name, string email, string password, CancellationToken cancellationToken);
}
