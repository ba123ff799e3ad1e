using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Athena.Dashboard.Flags;

/// <summary>Flags as things to be named and changed. Who may change what is decided by the commands, which know what a change does.</summary>
internal static class FlagEndpoints
{
    public static void MapFlagApi(this IEndpointRouteBuilder routes)
    {
        var flags = routes.MapApi("/api/flags", Permission.See);
        flags.MapGet("/", ListAsync);
        flags.MapGet("/{key}", FindAsync);
        flags.MapGet("/{key}/history", HistoryAsync);
        flags.MapGet("/{key}/counts", Counts);
        flags.MapGet("/{key}/removal", RemovalAsync);
        flags.MapGet("/{key}/evaluations", EvaluationsAsync);
        flags.MapGet("/{key}/environments/{environment}", FindSettingAsync);
        flags.MapPost("/{key}/environments/{environment}/explanations", ExplainAsync);
        routes.MapApi("/api/playground", Permission.See).MapPost("/", Play);

        var writing = routes.MapApi("/api/flags", Permission.TakePart);
        writing.MapPost("/", CreateAsync);
        writing.MapPut("/{key}", DescribeAsync);
        writing.MapPut("/{key}/variants", ChangeVariantsAsync);
        writing.MapDelete("/{key}", DeleteAsync);
        writing.MapPut("/{key}/environments/{environment}", EditAsync);
        writing.MapPost("/{key}/environments/{environment}/switches", SwitchAsync);
        writing.MapPost("/{key}/reversions", RevertAsync);
        writing.MapPost("/{key}/promotions", PromoteAsync);
        writing.MapPost("/{key}/snoozes", SnoozeAsync);
        routes.MapApi("/api/flag-comparisons", Permission.See).MapGet("/", CompareAsync);
    }

    private static async Task<IResult> ListAsync(FlagQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok((await queries.ListAllAsync(cancellationToken)).Select(FlagResource.Of));

    private static async Task<IResult> CreateAsync(NewFlagResource flag, FlagService flags, FlagQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var created = await flags.CreateAsync(flag.ToDescription(), await actor.GetAsync(cancellationToken), cancellationToken);
        if (!created.IsAccepted) return created.Refusal.ToResult();
        var view = await queries.FindViewAsync(created.Value.Key, cancellationToken);
        return TypedResults.Created($"/api/flags/{Uri.EscapeDataString(created.Value.Key)}", view is null ? null : FlagResource.Of(view));
    }

    private static async Task<IResult> FindAsync(string key, FlagQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("flag", key).ToResult();
        RowVersion.Write(response, view.Flag.Version);
        return TypedResults.Ok(FlagResource.Of(view));
    }

    private static async Task<IResult> DescribeAsync(
        string key, FlagDescriptionResource description, HttpRequest request, FlagService flags, FlagQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        if (await queries.FindViewAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("flag", key).ToResult();
        var described = await flags.DescribeAsync(
            key,
            version.Value,
            new FlagDescription(key, description.Name, view.Flag.Kind, description.Description, description.Permanent, description.ReleaseId, description.Owner),
            description.Reason,
            await actor.GetAsync(cancellationToken),
            cancellationToken);
        return described.ToResult(flag =>
        {
            RowVersion.Write(request.HttpContext.Response, flag.Version);
            return TypedResults.Ok(FlagResource.Of(view with { Flag = flag }));
        });
    }

    private static async Task<IResult> ChangeVariantsAsync(
        string key, FlagVariantsChange change, HttpRequest request, FlagDefinitionService definitions, FlagQueries queries, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var values = DefinitionChange.Variants(key, version.Value, VariantsInput.Read(change.Variants, change.Payloads) ?? [], VariantsInput.Faults(change.Variants, change.Payloads));
        if (change.Ask) return await ChangeRequestEndpoints.AskedAsync(values, change.Reason, request.HttpContext, cancellationToken);
        var changed = await definitions.MakeAsync(values, change.Reason, change.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
        return changed.IsAccepted ? await FindAsync(key, queries, request.HttpContext.Response, cancellationToken) : changed.Refusal.ToResult();
    }

    private static async Task<IResult> DeleteAsync(string key, string? reason, HttpRequest request, FlagService flags, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var deleted = await flags.DeleteAsync(key, version.Value, reason ?? "", await actor.GetAsync(cancellationToken), cancellationToken);
        return deleted.ToResult(_ => TypedResults.NoContent());
    }

    private static async Task<IResult> HistoryAsync(string key, long? before, FlagQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.HistoryAsync(key, before, cancellationToken));

    private static async Task<IResult> FindSettingAsync(string key, string environment, FlagQueries queries, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("flag", key).ToResult();
        return view.In(environment) is { } setting ? Show(setting, response) : Refusal.NotFound("environment", environment).ToResult();
    }

    private static async Task<IResult> EditAsync(
        string key, string environment, FlagSettingChange change, HttpRequest request, FlagService flags, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        if (change.Ask)
            return await ChangeRequestEndpoints.AskedAsync(FlagChange.Edit(key, environment, version.Value, change.ToSettings()), change.Reason, change.Override, request.HttpContext, cancellationToken);
        var edited = await flags.EditAsync(
            key, environment, version.Value, change.ToSettings(), change.Reason, change.Consent, await actor.GetAsync(cancellationToken), cancellationToken);
        return edited.ToResult(setting => Show(setting, request.HttpContext.Response));
    }

    // Without If-Match too: who switches a flag off in an emergency has no time to read it first.
    private static async Task<IResult> SwitchAsync(
        string key, string environment, FlagSwitchResource change, HttpRequest request, FlagService flags, ICurrentActor actor, CancellationToken cancellationToken)
    {
        long? version = null;
        if (request.Headers.IfMatch.Count > 0)
        {
            var named = RowVersion.Read(request);
            if (!named.IsAccepted) return named.Refusal.ToResult();
            version = named.Value;
        }

        if (change.Ask) return await ChangeRequestEndpoints.AskedAsync(FlagChange.Switch(key, environment, change.On, version), change.Reason, change.Override, request.HttpContext, cancellationToken);
        var switched = await flags.SwitchAsync(
            key, environment, change.On, version, change.Reason, change.Consent, await actor.GetAsync(cancellationToken), cancellationToken);
        return switched.ToResult(setting => Show(setting, request.HttpContext.Response));
    }

    private static async Task<IResult> RevertAsync(
        string key, FlagReversionResource reversion, FlagPast past, FlagService flags, FlagDefinitionService definitions, FlagQueries queries, ICurrentActor actor, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await past.FindAsync(key, reversion.Sequence, cancellationToken) is not { } change)
            return Refusal.NotFound("change", reversion.Sequence.ToString(CultureInfo.InvariantCulture)).ToResult();
        if (FlagPast.EnvironmentOf(change) is null)
        {
            var back = DefinitionChange.Revert(key, change);
            if (!back.IsAccepted) return back.Refusal.ToResult();
            if (reversion.Ask) return await ChangeRequestEndpoints.AskedAsync(back.Value, reversion.Reason, response.HttpContext, cancellationToken);
            var made = await definitions.MakeAsync(back.Value, reversion.Reason, reversion.Confirmation, await actor.GetAsync(cancellationToken), cancellationToken);
            return made.IsAccepted ? await FindAsync(key, queries, response, cancellationToken) : made.Refusal.ToResult();
        }

        var revert = FlagChange.Revert(key, change);
        if (!revert.IsAccepted) return revert.Refusal.ToResult();
        if (reversion.Ask) return await ChangeRequestEndpoints.AskedAsync(revert.Value, reversion.Reason, reversion.Override, response.HttpContext, cancellationToken);
        var reverted = await flags.MakeAsync(revert.Value, reversion.Reason, reversion.Consent, await actor.GetAsync(cancellationToken), cancellationToken);
        return reverted.ToResult(setting => Show(setting, response));
    }

    private static async Task<IResult> CompareAsync(string from, string to, FlagQueries queries, IProcessCatalog process, CancellationToken cancellationToken)
    {
        var document = process.Current.Document;
        if (document.FindEnvironment(from) is null) return Refusal.NotFound("environment", from).ToResult();
        if (document.FindEnvironment(to) is not { } target) return Refusal.NotFound("environment", to).ToResult();
        return TypedResults.Ok(FlagComparisons.Of(await queries.ListAllAsync(cancellationToken), from, target, document).Select(comparison => comparison.ToResource()));
    }

    private static async Task<IResult> PromoteAsync(
        string key, FlagPromotionResource promotion, HttpRequest request, FlagService flags, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var version = RowVersion.Read(request);
        if (!version.IsAccepted) return version.Refusal.ToResult();
        var change = FlagChange.Promote(key, promotion.From, promotion.To, version.Value, promotion.FromVersion);
        if (promotion.Ask) return await ChangeRequestEndpoints.AskedAsync(change, promotion.Reason, promotion.Override, request.HttpContext, cancellationToken);
        var promoted = await flags.MakeAsync(
            change,
            promotion.Reason,
            new Consent(promotion.Confirmation, promotion.Override),
            await actor.GetAsync(cancellationToken),
            cancellationToken);
        return promoted.ToResult(setting => Show(setting, request.HttpContext.Response));
    }

    private static async Task<IResult> RemovalAsync(string key, FlagCleanup cleanup, FlagReminders reminders, CancellationToken cancellationToken) => await cleanup.FindAsync(key, cancellationToken) is { } removal && await reminders.FindAsync(key, cancellationToken) is { } reminder
        ? TypedResults.Ok(new FlagRemovalResource(removal.Stage, removal.IsReady, removal.Steps, [.. removal.References.Select(found => new CodeReferenceResource(found.Repository, found.Reference.Path, found.Reference.Line, found.Reference.Text))], FlagReminderResource.Of(reminder.Reminder, reminder.NextAt)))
        : Refusal.NotFound("flag", key).ToResult();

    // When each environment was last asked for it, to within minutes; null where it never was since that is noticed.
    private static async Task<IResult> EvaluationsAsync(string key, FlagQueries queries, FlagEvaluations evaluations, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(key, cancellationToken) is not { } view) return Refusal.NotFound("flag", key).ToResult();
        var use = await evaluations.FindAsync(cancellationToken);
        return TypedResults.Ok(new FlagEvaluationsResource(use.WatchedSince, view.Environments.ToDictionary(setting => setting.Environment, setting => use.In(view.Flag, setting.Environment), StringComparer.Ordinal)));
    }

    private static async Task<IResult> SnoozeAsync(string key, FlagSnoozeResource snooze, FlagReminders reminders, ICurrentActor actor, CancellationToken cancellationToken)
    {
        var snoozed = await reminders.SnoozeAsync(key, snooze.Days, snooze.Reason, await actor.GetAsync(cancellationToken), cancellationToken);
        return snoozed.ToResult(reminder => TypedResults.Ok(FlagReminderResource.Of(reminder, null)));
    }

    // How often each variant was answered by this node since it started; "" counts answers without a value.
    private static IResult Counts(string key, FlagSnapshots snapshots, IProcessCatalog process)
    {
        var counts = process.Current.Document.Environments.Select(environment => (environment.Key, Snapshot: snapshots.Find(environment.Key)))
            .Where(environment => environment.Snapshot is not null)
            .Select(environment => (environment.Key, Found: environment.Snapshot!.TryFind(key, out var flag), Counts: flag is null ? [] : environment.Snapshot.Counters.Of(flag.Flag)))
            .ToList();
        return counts.Any(environment => environment.Found)
            ? TypedResults.Ok(counts.ToDictionary(environment => environment.Key, environment => environment.Counts.ToDictionary(count => count.Variant, count => count.Count, StringComparer.Ordinal), StringComparer.Ordinal))
            : Refusal.NotFound("flag", key).ToResult();
    }

    /// <param name="at">A moment of the past: answered by the configuration that was live then. Null for now.</param>
    private static async Task<IResult> ExplainAsync(
        string key, string environment, DateTimeOffset? at, JsonElement request, FlagSnapshots snapshots, FlagPast past, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(request.GetRawText());
        var explained = at is { } moment
            ? await past.ExplainAsync(key, environment, moment, body, cancellationToken)
            : FlagExplanations.Explain(snapshots, key, environment, body);
        return explained.ToResult(explanation => TypedResults.Ok(FlagExplanationResource.Of(explanation)));
    }

    /// <param name="flag">Null for all flags.</param>
    private static IResult Play(string? flag, JsonElement request, FlagSnapshots snapshots, IProcessCatalog process)
    {
        var body = Encoding.UTF8.GetBytes(request.GetRawText());
        var environments = new Dictionary<string, Dictionary<string, FlagExplanationResource>>(StringComparer.Ordinal);
        foreach (var environment in process.Current.Document.Environments)
        {
            if (snapshots.Find(environment.Key) is not { } snapshot) continue;
            var explained = FlagExplanations.ExplainAll(snapshot, flag, body);
            if (explained.Refusal is { } refusal) return refusal.ToResult();
            environments[environment.Key] = explained.Value.ToDictionary(entry => entry.Key, entry => FlagExplanationResource.Of(entry.Explanation), StringComparer.Ordinal);
        }

        return flag is not null && environments.Values.All(flags => flags.Count == 0) ? Refusal.NotFound("flag", flag).ToResult() : TypedResults.Ok(environments);
    }

    private static Ok<FlagSettingResource> Show(FlagEnvironment setting, HttpResponse response)
    {
        RowVersion.Write(response, setting.Version);
        return TypedResults.Ok(FlagSettingResource.Of(setting));
    }
}
