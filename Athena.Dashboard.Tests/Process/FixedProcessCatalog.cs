using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Process;

/// <summary>A catalog with one version, for tests of everything that reads the process.</summary>
internal sealed class FixedProcessCatalog : IProcessCatalog
{
    public ProcessVersion Current { get; init; } =
        new(1, new string('0', 64), DateTimeOffset.UnixEpoch, "test", DefaultProcess.Document, DefaultProcess.Source);

    public Task<ProcessVersion?> FindAsync(int number, CancellationToken cancellationToken) =>
        Task.FromResult(number == Current.Number ? Current : null);
}
