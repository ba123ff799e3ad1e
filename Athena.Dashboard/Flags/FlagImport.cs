using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>
/// One import inside of one transaction. Every change passes the same decision as one made by hand; what an environment
/// wants approved becomes a change request, and the rest is made.
/// </summary>
internal sealed class FlagImport(Write write, ProcessDocument process, string reason, Consent consent)
{
    private readonly List<RefusalItem> conflicts = [];
    private readonly List<DocumentDifference> applied = [];
    private readonly List<AskedChange> asked = [];

    /// <summary>Why it cannot be done, by place; empty when it was.</summary>
    public IReadOnlyList<RefusalItem> Conflicts => conflicts;

    /// <summary>What it did, and what waits for approval now.</summary>
    public ImportResult Result => new([.. applied], [.. asked]);

    internal static RefusalItem UnknownEnvironment(string place, ProcessDocument process) =>
        new(place, "is not an environment", null, string.Join(", ", process.Environments.Select(known => known.Key)));

    public async Task RunAsync(FlagDocument document, CancellationToken cancellationToken)
    {
        if (write.Actor.Lacks(Permission.EditFlags, "import flags") is { } forbidden)
        {
            conflicts.Add(new("file", forbidden.Title));
            return;
        }

        await SegmentsAsync(document, cancellationToken);
        foreach (var flag in document.Flags) await FlagAsync(flag, cancellationToken);
        // Prerequisites may name flags that come later in the file.
        await write.Db.SaveChangesAsync(cancellationToken);
        foreach (var flag in document.Flags)
        {
            // In the order of the environments: production is measured by what the file makes of the one before it.
            foreach (var setting in flag.Settings.OrderBy(setting => IndexOf(setting.Environment))) await SettingAsync(flag.Key, setting, cancellationToken);
        }
    }

    private int IndexOf(string environment) => process.Environments.TakeWhile(known => known.Key != environment).Count();

    private async Task SegmentsAsync(FlagDocument document, CancellationToken cancellationToken)
    {
        var known = await write.Db.Set<Segment>().AsNoTracking().ToDictionaryAsync(segment => segment.Key, StringComparer.Ordinal, cancellationToken);
        var all = new Dictionary<string, Segment>(known, StringComparer.Ordinal);
        foreach (var segment in document.Segments) all[segment.Key] = segment;
        foreach (var segment in document.Segments)
        {
            var faults = new SegmentDescription(segment.Key, segment.Name, segment.Conditions, segment.Description).Faults(all).ToArray();
            conflicts.AddRange(faults.Select(fault => fault with { Place = $"segments.{segment.Key}.{fault.Place}" }));
            if (faults.Length > 0) continue;
            if (!known.TryGetValue(segment.Key, out var before))
            {
                // Its key may be the name of a cohort already.
                if (await SegmentUses.OfAsync(write.Db, segment.Key, cancellationToken) is { Length: > 0 }) Conflict($"segments.{segment.Key}", "is the name of a cohort that flags use", "create the segment by itself first");
                var created = segment with { CreatedAt = write.Now };
                write.Add(created);
                write.Append(new SegmentCreated(created.Key, created.Name, reason.Trim()), after: created);
                applied.AddRange(FlagDifferences.Of(segment, null));
            }
            else if (!before.Conditions.SequenceEqual(segment.Conditions))
            {
                Conflict($"segments.{segment.Key}", "is there with other conditions", "change the segment by itself: it acts in all environments");
            }
        }

        await write.Db.SaveChangesAsync(cancellationToken);
    }

    private async Task FlagAsync(DocumentedFlag wanted, CancellationToken cancellationToken)
    {
        var place = "flags." + wanted.Key;
        if (await write.Db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == wanted.Key, cancellationToken) is not { } flag)
        {
            var created = Flag.Create(new FlagDescription(wanted.Key, wanted.Name ?? wanted.Key, wanted.Kind ?? FlagKind.Release, wanted.Description ?? "", Variants: wanted.Variants), write.Now);
            if (created.Refusal is { } refusal)
            {
                Refused(place, refusal);
                return;
            }

            write.Add(created.Value.State);
            foreach (var environment in process.Environments) write.Add(FlagEnvironments.Untouched(wanted.Key, environment.Key) with { Version = 1 });
            write.Append(created.Value, after: created.Value.State);
            applied.AddRange(FlagDifferences.Of(wanted, null));
            return;
        }

        var ground = await VariantGrounds.ReadAsync(write.Db, flag, process, cancellationToken);
        var described = flag.Become(
            new FlagDescription(flag.Key, wanted.Name ?? flag.Name, wanted.Kind ?? flag.Kind, wanted.Description ?? flag.Description, flag.Permanent, flag.ReleaseId, flag.Owner, wanted.ValuesOf(flag)),
            ground,
            new DefinitionTerms(write.Actor, process.Environments, reason, consent.Confirmation));
        if (described.Refusal is { Code: "approval_needed" }) await AskAsync(flag, wanted, ground, cancellationToken);
        else if (described.Refusal is { } other) Refused(place, other);
        else if (!described.Value.Events.IsEmpty)
        {
            var before = flag with { };
            applied.AddRange(FlagDifferences.Of(wanted, before));
            write.Append(described.Value, before, described.Value.State with { Version = write.Replace(flag, described.Value.State) });
        }
    }

    private async Task SettingAsync(string key, DocumentedSetting wanted, CancellationToken cancellationToken)
    {
        var place = $"flags.{key}.{wanted.Environment}";
        if (process.FindEnvironment(wanted.Environment) is not { } environment)
        {
            conflicts.Add(UnknownEnvironment(place, process));
            return;
        }

        if (write.Actor.Environment is { } bound && bound != environment.Key)
        {
            Conflict(place, $"is not the environment of {write.Actor.Name}", bound);
            return;
        }

        if (await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, cancellationToken) is not { } flag) return;
        var row = await write.Db.Set<FlagEnvironment>().FirstOrDefaultAsync(row => row.FlagKey == key && row.Environment == environment.Key, cancellationToken);
        var before = row is null ? FlagEnvironments.Untouched(key, environment.Key) : row with { };
        var after = wanted.AppliedTo(before);
        if (after.IsSameAs(before)) return;
        if (wanted.Version is { } seen && seen != before.Version)
        {
            Conflict(place, "was changed after the file was written", $"version {before.Version}");
            return;
        }

        var terms = new ChangeTerms(write.Actor, environment, reason, consent, write.Now)
        {
            Previous = await FlagEnvironments.PreviousAsync(write.Db, flag, environment, process, cancellationToken),
            Scope = await TargetingScopes.ForAsync(write.Db, flag, environment.Key, wanted.Settings, cancellationToken),
        };
        var waits = ChangeRequest.IsNeeded(before, after, environment);
        var decided = before.Put(wanted.Settings, wanted.Enabled, waits ? terms.IfApproved() : terms);
        if (decided.Refusal is { } refusal)
        {
            Refused(place, refusal);
            return;
        }

        var differences = FlagDifferences.Of(wanted, before, environment);
        if (waits)
        {
            await AskAsync(before, decided.Value, terms, differences, cancellationToken);
            return;
        }

        var next = decided.Value.State with { Version = before.Version + 1 };
        if (row is null) write.Add(next);
        else write.Replace(row, next);
        write.Append(decided.Value, before, next);
        applied.AddRange(differences);
        // The next setting's prerequisites are looked for in the database.
        await write.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Values that an environment wants approved; what else the file says of the flag's description waits with them.</summary>
    private async Task AskAsync(Flag flag, DocumentedFlag wanted, VariantGround ground, CancellationToken cancellationToken)
    {
        var terms = new DefinitionTerms(write.Actor, process.Environments, reason, null);
        var next = flag.Become(
            new FlagDescription(flag.Key, wanted.Name ?? flag.Name, wanted.Kind ?? flag.Kind, wanted.Description ?? flag.Description, flag.Permanent, flag.ReleaseId, flag.Owner, wanted.ValuesOf(flag)),
            ground,
            terms.IfApproved()).Value.State;
        var guarding = FlagDefinition.Guarding(FlagDefinition.Effects(flag, next, ground, process.Environments).Where(effect => effect.Effect == ExposureEffect.Raises).Select(effect => effect.Environment))!;
        var setting = ground.Settings.First(setting => setting.Environment == guarding.Key);
        var open = await write.Db.Set<ChangeRequest>().AsNoTracking().Where(row => row.State == ChangeRequestState.Open && row.FlagKey == flag.Key && row.Environment == guarding.Key).ToListAsync(cancellationToken);
        var known = open.Find(request => !request.IsVoid(new(setting, flag, null)) && request.FlagAfter is { } after && after.Variants.SequenceEqual(next.Variants));
        var request = known;
        if (request is null)
        {
            var made = ChangeRequest.Ask(Guid.CreateVersion7(write.Now), flag with { }, next, setting, terms, write.Now);
            request = made.State;
            write.Add(request);
            write.Append(made, after: request);
        }

        asked.Add(new AskedChange(request.Id, flag.Key, guarding.Key, guarding.Approval!.Needed, known is not null, [.. FlagDifferences.Of(wanted, flag).Select(difference => difference with { Waits = true })]));
    }

    private async Task AskAsync(FlagEnvironment before, Decision<FlagEnvironment> decided, ChangeTerms terms, ImmutableArray<DocumentDifference> differences, CancellationToken cancellationToken)
    {
        var open = await write.Db.Set<ChangeRequest>().AsNoTracking()
            .Where(row => row.State == ChangeRequestState.Open && row.FlagKey == before.FlagKey && row.Environment == before.Environment).ToListAsync(cancellationToken);
        // A pipeline that applies the same file again and again asks once.
        var known = open.Find(request => request.AsksFor(before, decided.State, consent.Override));
        var request = known;
        if (request is null)
        {
            var made = ChangeRequest.Ask(Guid.CreateVersion7(write.Now), before, decided, terms);
            if (made.Refusal is { } refusal)
            {
                Refused($"flags.{before.FlagKey}.{before.Environment}", refusal);
                return;
            }

            request = made.Value.State;
            write.Add(request);
            write.Append(made.Value, after: request);
        }

        asked.Add(new AskedChange(request.Id, before.FlagKey, before.Environment, terms.Environment.Approval!.Needed, known is not null, differences));
    }

    private void Conflict(string place, string message, string? expected) => conflicts.Add(new(place, message, null, expected));

    private void Refused(string place, Refusal refusal)
    {
        if (refusal.Items.IsEmpty) conflicts.Add(new(place, refusal.Title, null, refusal.Detail.Length > 0 ? refusal.Detail : null));
        else conflicts.AddRange(refusal.Items.Select(item => item with { Place = $"{place}.{item.Place}" }));
    }
}
