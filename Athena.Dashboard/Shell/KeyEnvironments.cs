using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Shell;

/// <summary>Tells Identity, which sees no other slice, the environments of the process.</summary>
internal sealed class KeyEnvironments(IProcessCatalog process) : IKeyEnvironments
{
    public ImmutableArray<string> Names => [.. process.Current.Document.Environments.Select(environment => environment.Key)];
}
