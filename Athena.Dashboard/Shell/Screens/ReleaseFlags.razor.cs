using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>The flags that belong to one release.</summary>
public sealed partial class ReleaseFlags
{
    private ImmutableArray<FlagSummary>? flags;

    [Parameter, EditorRequired]
    public required string Version { get; set; }

    [Inject]
    private IFlagLookup Flags { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    private IReadOnlyList<TargetEnvironment> Environments => Process.Current.Document.Environments;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == FlagSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken) =>
        flags = await Flags.ListOfReleaseAsync(Version, cancellationToken);
}
