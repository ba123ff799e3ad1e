namespace Athena.Dashboard.Platform.Hosting;

/// <summary>
/// What a slice has to do between the migration and the first request. All steps run at the same time, so none may need
/// another one; hosted services start after the last.
/// </summary>
public interface IStartupStep
{
    Task RunAsync(CancellationToken cancellationToken);
}
