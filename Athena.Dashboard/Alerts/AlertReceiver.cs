using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Alerts;

/// <summary>Takes what other systems send. What is sent again, or by two of them, is one alert: by its fingerprint and start.</summary>
public sealed partial class AlertReceiver(Store store, IRolloutTrigger rollouts, ILogger<AlertReceiver> logger)
{
    private const int MostAlerts = 1000;
    private const int MostLabels = 64;
    private const int LongestText = 2000;

    /// <returns>Refused with <c>invalid_webhook</c> (every fault) and <c>key_without_environment</c>.</returns>
    public async Task<Outcome<WebhookTaken>> TakeAsync(WebhookMessage message, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.WriteHealth, "send alerts") is { } forbidden) return forbidden;
        if (actor.Environment is not { } environment)
            return Refusal.Invalid("key_without_environment", "The key is for all environments, so it does not say where this is.", new RefusalItem("key", "has no environment", null, "a key made with an environment"));
        var wrong = Faults(message).ToImmutableArray();
        if (wrong.Length > 0) return Refusal.Invalid("invalid_webhook", "The message was not taken.") with { Items = wrong };
        // Refused, it would not be sent again.
        var taken = await store.WriteByItselfAsync<WebhookTaken>(actor, (write, token) => WriteAsync(write, message, environment, token), cancellationToken);
        if (taken.IsAccepted) await TriggerAsync(cancellationToken);
        return taken;
    }

    /// <summary>Does what alerts want done and nobody has done yet. A kill in between does it again, which changes nothing.</summary>
    public async Task TriggerAsync(CancellationToken cancellationToken)
    {
        var waiting = await store.ReadAsync(
            (db, token) => db.Set<Alert>().Where(alert => alert.Trigger != null && alert.TriggeredAt == null && alert.State != AlertState.Resolved).ToListAsync(token), cancellationToken);
        foreach (var alert in waiting)
        {
            var outcome = await rollouts.FireAsync(
                alert.Labels.GetValueOrDefault(AlertLabels.Environment, ""), alert.Labels.GetValueOrDefault(AlertLabels.Flag, ""), alert.Trigger!.Value, $"Alert {alert.Name}: {alert.Summary}", cancellationToken);
            // Somebody writes to the rollout all the time: the next look asks again.
            if (outcome.Refusal is { Kind: RefusalKind.Stale }) continue;
            if (outcome.Refusal is { } refusal) Log.NothingToTrigger(logger, alert.Name, refusal.Title);
            await store.WriteAsync<Done>(
                AlertBook.Alerts,
                async (write, token) =>
                {
                    if (await write.Db.Set<Alert>().FirstOrDefaultAsync(row => row.Id == alert.Id, token) is { } row) write.Replace(row, row with { TriggeredAt = write.Now });
                    return Done.Yes;
                },
                cancellationToken);
        }
    }

    private static async Task<Outcome<WebhookTaken>> WriteAsync(Write write, WebhookMessage message, string environment, CancellationToken cancellationToken)
    {
        var (fired, resolved, known) = (0, 0, 0);
        foreach (var sent in message.Alerts)
        {
            // Whoever holds a key for one environment says nothing about another.
            var labels = sent.Labels.SetItem(AlertLabels.Environment, environment);
            var fingerprint = "ext-" + (sent.Fingerprint is { Length: > 0 and <= 64 } given ? given : Alert.FingerprintOf(labels));
            var startsAt = new DateTimeOffset(sent.StartsAt.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
            var lives = await write.Db.Set<Alert>().Where(alert => alert.Fingerprint == fingerprint && (alert.ActiveSince == startsAt || alert.State != AlertState.Resolved)).ToListAsync(cancellationToken);
            var same = lives.Concat(write.Db.Set<Alert>().Local).FirstOrDefault(alert => alert.Fingerprint == fingerprint && alert.ActiveSince == startsAt);
            if (sent.Status == WebhookMessage.Resolved)
            {
                if (same is { State: not AlertState.Resolved })
                {
                    Keep(same, AlertLife.Resolve(same, write.Now));
                    resolved++;
                }
                else
                {
                    known++;
                }

                continue;
            }

            if (same is not null)
            {
                known++;
                continue;
            }

            foreach (var earlier in lives.Where(alert => alert.State != AlertState.Resolved && alert.ActiveSince < startsAt)) Keep(earlier, AlertLife.Resolve(earlier, write.Now));
            var alert = New(sent, labels, fingerprint, startsAt, write.Now);
            write.Add(alert);
            write.Append(new AlertFired(alert.Id, alert.Name, alert.Summary, alert.IsCritical));
            fired++;
        }

        return new WebhookTaken(fired, resolved, known);

        void Keep(Alert before, AlertLife.Step step)
        {
            write.Replace(before, step.After!);
            if (step.Event is not null) write.Append(step.Event);
        }
    }

    private static Alert New(WebhookAlert sent, ImmutableSortedDictionary<string, string> labels, string fingerprint, DateTimeOffset startsAt, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Fingerprint = fingerprint,
        Labels = labels,
        Summary = Short(sent.Annotations?.GetValueOrDefault("summary") ?? sent.Annotations?.GetValueOrDefault("description") ?? labels.GetValueOrDefault(AlertLabels.Name, "An alert without a name")),
        Href = Uri.TryCreate(sent.GeneratorUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? Short(sent.GeneratorUrl) : "",
        Origin = AlertOrigin.Webhook,
        State = AlertState.Firing,
        IsTrue = true,
        For = TimeSpan.Zero,
        KeepFor = TimeSpan.Zero,
        ActiveSince = startsAt,
        FiringSince = now,
        Trigger = labels.GetValueOrDefault(AlertLabels.Flag) is null ? null : ActionOf(labels.GetValueOrDefault(AlertLabels.Action)),
    };

    private static IEnumerable<RefusalItem> Faults(WebhookMessage message)
    {
        if (message.Version != "4") yield return new RefusalItem("version", "is not known", message.Version, "4");
        if (message.Alerts.IsDefaultOrEmpty)
        {
            yield return new RefusalItem("alerts", "are missing", null, "at least one");
            yield break;
        }

        if (message.Alerts.Length > MostAlerts) yield return new RefusalItem("alerts", "are too many", FormattableString.Invariant($"{message.Alerts.Length}"), FormattableString.Invariant($"at most {MostAlerts}"));
        foreach (var (alert, index) in message.Alerts.Select((alert, index) => (alert, index)))
        {
            var place = FormattableString.Invariant($"alerts[{index}]");
            if (alert.Status is not (WebhookMessage.Firing or WebhookMessage.Resolved)) yield return new RefusalItem(place + ".status", "is not known", alert.Status, "firing or resolved");
            if (alert.Labels is null or { Count: 0 or > MostLabels }) yield return new RefusalItem(place + ".labels", "are missing or too many", null, FormattableString.Invariant($"1 to {MostLabels}"));
            else if (alert.Labels.FirstOrDefault(label => label.Key.Length > 200 || label.Value is null or { Length: > LongestText }) is { Key: { } key }) yield return new RefusalItem(place + ".labels." + key, "is too long", null, FormattableString.Invariant($"at most {LongestText} characters"));
            else if (alert.Labels.GetValueOrDefault(AlertLabels.Action) is { } action && ActionOf(action) is null) yield return new RefusalItem(place + ".labels." + AlertLabels.Action, "is not known", action, "hold, roll_back or emergency");
            if (alert.StartsAt == default) yield return new RefusalItem(place + ".startsAt", "is missing", null, "an instant");
        }
    }

    private static RuleAction? ActionOf(string? word) => word switch
    {
        "hold" => RuleAction.Hold,
        "roll_back" => RuleAction.RollBack,
        "emergency" => RuleAction.Emergency,
        _ => null,
    };

    private static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The alert {Alert} wants a rollout stopped, and there is none: {Why}")]
        public static partial void NothingToTrigger(ILogger logger, string alert, string why);
    }
}

/// <param name="Fired">Alerts that were not known.</param>
/// <param name="Resolved">Alerts that are over by this message.</param>
/// <param name="Known">What was sent before.</param>
public sealed record WebhookTaken(int Fired, int Resolved, int Known);
