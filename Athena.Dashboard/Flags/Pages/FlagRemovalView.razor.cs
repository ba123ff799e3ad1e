using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>What is left to do before a flag can go, and the code that still names it.</summary>
public sealed partial class FlagRemovalView : IDisposable
{
    private const int MostShown = 200;

    private readonly CancellationTokenSource gone = new();
    private FlagRemoval? removal;
    private (string Key, int Revision)? readFor;

    [Inject]
    private FlagCleanup Cleanup { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string FlagKey { get; set; }

    /// <summary>Grows with every change of the flag.</summary>
    [Parameter]
    public int Revision { get; set; }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == (FlagKey, Revision)) return;
        readFor = (FlagKey, Revision);
        removal = await Cleanup.FindAsync(FlagKey, gone.Token);
    }

    private static string Counted(int count) => count > MostShown
        ? string.Create(CultureInfo.InvariantCulture, $"The first {MostShown} of {count} places.")
        : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "place" : "places")}, as of the last search.");
}
