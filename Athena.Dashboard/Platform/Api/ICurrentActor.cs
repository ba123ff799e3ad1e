using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Api;

/// <summary>Who is acting, in a request or in a circuit. Ask again for every command: roles can change under an open page.</summary>
public interface ICurrentActor
{
    /// <exception cref="InvalidOperationException">Nobody is signed in; pages and endpoints behind a policy never see this.</exception>
    ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default);
}
