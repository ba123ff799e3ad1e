namespace Athena.Dashboard.Platform.Hosting;

/// <summary>
/// What a slice has to do between the migration and the first request. Steps run one after the other, in the order of
/// the table of contents, because a slice reads what those above it have loaded; hosted services start after the last.
/// </summary>
public interface IStartupStep
{
    Task RunAsync(CancellationToken cancellationToken);
}
