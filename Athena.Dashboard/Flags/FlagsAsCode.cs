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
        if (environment is null) return new AthenaFormat(JsonColumn.Options).Read(text);
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            return FlagdReader.Read(json.RootElement, environment);
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

    /// <summary>What the file would change; empty when nothing.</summary>
    public async Task<ImmutableArray<DocumentDifference>> CompareAsync(FlagDocument document, CancellationToken cancellationToken)
    {
        var views = (await flags.ListAllAsync(cancellationToken)).ToDictionary(view => view.Flag.Key, StringComparer.Ordinal);
        var known = (await segments.ListAsync(cancellationToken)).ToDictionary(view => view.Segment.Key, view => view.Segment, StringComparer.Ordinal);
        return [.. document.Segments.SelectMany(segment => Differences("segments." + segment.Key, Described(known.GetValueOrDefault(segment.Key)), Described(segment)!.Value))
            .Concat(document.Flags.SelectMany(flag => Differences(flag, views.GetValueOrDefault(flag.Key))))];
    }

    /// <summary>Does what the file says. Refused with every conflict, by place, and then nothing of it is done.</summary>
    public async Task<Outcome<ImmutableArray<DocumentDifference>>> ApplyAsync(FlagDocument document, string reason, Consent consent, Actor actor, CancellationToken cancellationToken)
    {
        var differences = await CompareAsync(document, cancellationToken);
        if (differences.IsEmpty) return differences;
        var applied = await store.WriteAsync<Done>(
            actor,
            async (write, token) =>
            {
                var import = new FlagImport(write, process.Current.Document, reason, consent);
                await import.RunAsync(document, token);
                return import.Conflicts.Count == 0
                    ? Done.Yes
                    : new Refusal(RefusalKind.Conflict, "import_conflicts", "The file cannot be applied; nothing was changed.", "Look at what is there now, and change the file.") { Items = [.. import.Conflicts] };
            },
            cancellationToken);
        if (!applied.IsAccepted) return applied.Refusal;
        await snapshots.LoadAsync(cancellationToken);
        return differences;
    }

    private static IEnumerable<DocumentDifference> Differences(DocumentedFlag flag, FlagView? view)
    {
        var place = "flags." + flag.Key;
        if (view is null) yield return new(place, null, JsonSerializer.Serialize(flag.Variants, JsonColumn.Options));
        else if (flag.Name is not null && flag.Name != view.Flag.Name) yield return new(place + ".name", view.Flag.Name, flag.Name);
        foreach (var wanted in flag.Settings)
        {
            var before = view?.In(wanted.Environment) ?? FlagEnvironments.Untouched(flag.Key, wanted.Environment);
            var after = wanted.Settings.AppliedTo(before) with { Enabled = wanted.Enabled };
            foreach (var difference in Differences($"{place}.{wanted.Environment}", JsonSerializer.SerializeToElement(before, JsonColumn.Options), JsonSerializer.SerializeToElement(after, JsonColumn.Options))) yield return difference;
        }
    }

    private static IEnumerable<DocumentDifference> Differences(string place, JsonElement? before, JsonElement after) =>
        after.EnumerateObject()
            .Select(member => (member.Name, Before: before?.GetProperty(member.Name), After: member.Value))
            .Where(member => member.Before is not { } old || !JsonElement.DeepEquals(old, member.After))
            .Select(member => new DocumentDifference($"{place}.{member.Name}", member.Before?.GetRawText(), member.After.GetRawText()));

    private static JsonElement? Described(Segment? segment) => segment is null ? null : JsonSerializer.SerializeToElement(new { segment.Name, segment.Description, segment.Conditions }, JsonColumn.Options);
}
