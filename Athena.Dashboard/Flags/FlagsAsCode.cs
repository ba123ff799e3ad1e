using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Flags and segments out to a file and in again: what would change is shown before, and all of it is applied or nothing.</summary>
public sealed class FlagsAsCode(Store store, FlagSnapshots snapshots, FlagQueries flags, SegmentQueries segments, IProcessCatalog process)
{
    public const int LargestFile = 4 * 1024 * 1024;

    /// <param name="environment">The one environment of flagd's format; null for YAML, which has all.</param>
    public async Task<Outcome<string>> ExportAsync(string? environment, CancellationToken cancellationToken)
    {
        var views = await flags.ListAllAsync(cancellationToken);
        var named = (await segments.ListAsync(cancellationToken)).Select(view => view.Segment);
        if (environment is null) return new AthenaFormat(JsonColumn.Options).Write(views.Select(view => (view.Flag, view.Environments.AsEnumerable())), named);
        if (process.Current.Document.FindEnvironment(environment) is null) return Refusal.NotFound("environment", environment);
        return FlagdWriter.Write(views.Select(view => (view.Flag, view.In(environment)!)), named).Then<string>(json => json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <param name="environment">As for <see cref="ExportAsync"/>.</param>
    public static Outcome<FlagDocument> Read(string text, string? environment)
    {
        if (text.Length > LargestFile) return new Refusal(RefusalKind.TooLarge, "too_large", $"The file is larger than {LargestFile} characters.");
        var read = environment is null ? new AthenaFormat(JsonColumn.Options).Read(text) : ReadFlagd(text, environment);
        if (!read.IsAccepted || read.Value.Unreadable.IsEmpty) return read;
        var document = read.Value;
        // What is wrong with the rest can be said already, but not of what was made up in the place of what cannot be read.
        var marked = document.Unreadable.Select(fault => document.Places.Find(fault.Place)).ToHashSet();
        var others = new FlagDocumentCheck(document, known: null).Faults(process: null).Where(fault => !marked.Contains(document.Places.Find(fault.Place)));
        return Refusal.Invalid("document_invalid", "The file cannot be read as flags.") with { Items = document.Places.Locate(document.Unreadable.Concat(others)) };
    }

    /// <summary>What the file would change, and what of it would be asked for; empty when nothing. Refused with all that it says and that cannot be.</summary>
    public async Task<Outcome<ImmutableArray<DocumentDifference>>> CompareAsync(FlagDocument document, CancellationToken cancellationToken)
    {
        var (differences, faults) = await LookAsync(document, cancellationToken);
        return faults.IsEmpty ? differences : Refusal.Invalid("document_invalid", "The file says something that cannot be.") with { Items = document.Places.Locate(faults) };
    }

    /// <summary>
    /// Does what the file says, and asks for what an environment wants approved. Refused with every conflict, by place,
    /// and then nothing of it is done and nothing is asked for.
    /// </summary>
    public async Task<Outcome<ImportResult>> ApplyAsync(FlagDocument document, string reason, Consent consent, Actor actor, CancellationToken cancellationToken)
    {
        var (differences, faults) = await LookAsync(document, cancellationToken);
        if (differences.IsEmpty && faults.IsEmpty) return ImportResult.Nothing;
        var applied = await store.WriteAsync<ImportResult>(
            actor,
            async (write, token) =>
            {
                var import = new FlagImport(write, process.Current.Document, reason, consent);
                await import.RunAsync(document, token);
                // What both say they say in the same words.
                var against = faults.Concat(import.Conflicts).DistinctBy(item => (item.Place, item.Message)).ToList();
                return against.Count == 0
                    ? import.Result
                    : new Refusal(RefusalKind.Conflict, "import_conflicts", "The file cannot be applied; nothing was changed or asked for.", "Look at what is there now, and change the file.") { Items = document.Places.Locate(against) };
            },
            cancellationToken);
        if (applied.IsAccepted) await snapshots.LoadAsync(cancellationToken);
        return applied;
    }

    private static Outcome<FlagDocument> ReadFlagd(string text, string environment)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            return FlagdReader.Read(json.RootElement, environment) with { Places = DocumentPlaces.OfJson(text, environment) };
        }
        catch (JsonException broken)
        {
            return Refusal.Invalid("document_invalid", "The file is not JSON.", new RefusalItem($"line {broken.LineNumber + 1}, column {broken.BytePositionInLine + 1}", broken.Message.Split(" LineNumber: ")[0]));
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("document_invalid", "The file is not JSON.", new RefusalItem("file", "contains half of a character"));
        }
    }

    private async Task<(ImmutableArray<DocumentDifference> Differences, ImmutableArray<RefusalItem> Faults)> LookAsync(FlagDocument document, CancellationToken cancellationToken)
    {
        var views = (await flags.ListAllAsync(cancellationToken)).ToDictionary(view => view.Flag.Key, StringComparer.Ordinal);
        var known = (await segments.ListAsync(cancellationToken)).ToDictionary(view => view.Segment.Key, view => view.Segment, StringComparer.Ordinal);
        return (
            [.. document.Segments.SelectMany(segment => FlagDifferences.Of(segment, known.GetValueOrDefault(segment.Key)))
                .Concat(document.Flags.SelectMany(flag => Differences(flag, views.GetValueOrDefault(flag.Key))))],
            [.. new FlagDocumentCheck(document, (views, known)).Faults(process.Current.Document)]);
    }

    private IEnumerable<DocumentDifference> Differences(DocumentedFlag flag, FlagView? view) => FlagDifferences.Of(flag, view?.Flag)
        .Concat(flag.Settings.SelectMany(wanted => FlagDifferences.Of(
            wanted,
            view?.In(wanted.Environment) ?? FlagEnvironments.Untouched(flag.Key, wanted.Environment),
            process.Current.Document.FindEnvironment(wanted.Environment))));
}

/// <summary>What an import did: all of the file, part of it by asking.</summary>
/// <param name="Applied">What is different now.</param>
/// <param name="Waiting">What waits for approval, and has changed nothing yet.</param>
public sealed record ImportResult(ImmutableArray<DocumentDifference> Applied, ImmutableArray<AskedChange> Waiting)
{
    public static ImportResult Nothing { get; } = new([], []);
}

/// <summary>The change of one setting that a file asked for.</summary>
/// <param name="Id">The change request's.</param>
/// <param name="Needed">Approvals that it needs in all.</param>
/// <param name="WaitedBefore">The same was asked for already: no second request was made.</param>
public sealed record AskedChange(Guid Id, string FlagKey, string Environment, int Needed, bool WaitedBefore, ImmutableArray<DocumentDifference> Differences)
{
    /// <summary>The page to approve it on.</summary>
    public string Page => $"/change-requests/{Id}";
}
