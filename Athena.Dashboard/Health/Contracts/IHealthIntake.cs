using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>The door through which applications report, for a part of the product that plays one.</summary>
public interface IHealthIntake
{
    /// <summary>Takes a batch as the endpoint for batches does, with all that it asks for.</summary>
    /// <param name="json">A batch.</param>
    /// <param name="actor">Bound to the environment that is reported from.</param>
    ValueTask<Outcome<Done>> ReportAsync(ReadOnlyMemory<byte> json, Actor actor, CancellationToken cancellationToken);
}
