using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>How the searches of the configured repositories stand, and a new one at once.</summary>
public sealed partial class CodeSearchPanel
{
    private ImmutableArray<CodeSearchState> states = [];
    private string? mayNot;
    private bool isRead;

    [Inject]
    private CodeSearches Searches { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    // Progress is saved each second, without an event.
    protected override bool Ticks => states.Any(state => state.IsRunning || state.Waits);

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == CodeScanned.SubjectKind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        mayNot = (await Actors.GetAsync(cancellationToken)).Lacks(Permission.EditFlags, "search code for flags")?.Sentence();
        states = await Searches.ListAsync(cancellationToken);
        isRead = true;
    }

    private async Task<Refusal?> AskAsync()
    {
        var asked = await Searches.AskAsync(await Actors.GetAsync(), CancellationToken.None);
        await ReadAsync(Gone);
        return asked.Refusal;
    }

    private async Task<Refusal?> StopAsync() => (await Searches.StopAsync(await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private static string Read(CodeSearchState state) => string.Create(CultureInfo.InvariantCulture, $"{state.Done} of {state.Total} files");

    private static string LeftOut(int files) => files == 1 ? "One file is too large and was left out." : string.Create(CultureInfo.InvariantCulture, $"{files} files are too large and were left out.");
}
