using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Alerts;

/// <summary>Tells each receiver of each group when it is due. What does not arrive is sent again; what arrived twice has the same fingerprints.</summary>
public sealed partial class AlertSender(HttpClient http, AlertQueries queries, Store store, IOptions<AlertOptions> options, TimeProvider clock, ILogger<AlertSender> logger)
{
    private readonly AlertOptions options = options.Value;

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (options.Webhooks.Count == 0) return;
        var now = clock.GetUtcNow();
        var board = await queries.BoardAsync(cancellationToken);
        var firing = board.Alerts.Where(shown => shown.Alert.IsFiring && !shown.IsQuiet).Select(shown => shown.Alert).ToLookup(AlertGroup.KeyOf);
        var groups = await store.ReadAsync((db, token) => db.Set<AlertGroup>().ToListAsync(token), cancellationToken);
        foreach (var webhook in options.Webhooks)
        {
            var known = groups.Where(group => group.Receiver == webhook.Name).ToDictionary(group => group.Key, StringComparer.Ordinal);
            foreach (var key in firing.Select(group => group.Key).Union(known.Keys, StringComparer.Ordinal))
            {
                var before = known.GetValueOrDefault(key);
                var group = before ?? new AlertGroup { Receiver = webhook.Name, Key = key, FirstAt = now };
                Alert[] loud = [.. firing[key]];
                if (group.IsDue(loud, options.Timing, now)) await TellAsync(webhook, group, loud, now, cancellationToken);
                else if (before is null) await KeepAsync(group, cancellationToken);
            }
        }
    }

    private async Task TellAsync(AlertWebhook webhook, AlertGroup group, Alert[] loud, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var told = group.Told.ToArray();
        var over = await store.ReadAsync(
            (db, token) => db.Set<Alert>().Where(alert => told.Contains(alert.Id) && alert.State == AlertState.Resolved).ToListAsync(token), cancellationToken);
        // What was silenced since is neither firing for this receiver nor over.
        if (loud.Length + over.Count > 0 && !await PostAsync(webhook, WebhookMessage.Of(group, loud, over, Address), cancellationToken)) return;
        await KeepAsync(group.Notified(loud, now), cancellationToken);
    }

    private async Task<bool> PostAsync(AlertWebhook webhook, WebhookMessage message, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
            {
                Content = new StringContent(JsonSerializer.Serialize(message, JsonColumn.Options), Encoding.UTF8, "application/json"),
            };
            if (webhook.Token.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", webhook.Token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return true;
            Log.NotTaken(logger, webhook.Name, (int)response.StatusCode);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotSent(logger, failure, webhook.Name);
        }

        return false;
    }

    private Task KeepAsync(AlertGroup group, CancellationToken cancellationToken) =>
        store.WriteAsync<Done>(
            AlertBook.Alerts,
            async (write, token) =>
            {
                var row = await write.Db.Set<AlertGroup>().FirstOrDefaultAsync(one => one.Receiver == group.Receiver && one.Key == group.Key, token);
                // Told that nothing fires any more: the next alert begins a group anew.
                if (group is { NotifiedAt: not null, Told.IsEmpty: true })
                {
                    if (row is not null) write.Db.Remove(row);
                }
                else if (row is null)
                {
                    write.Add(group);
                }
                else
                {
                    write.Db.Entry(row).CurrentValues.SetValues(group);
                }

                return Done.Yes;
            },
            cancellationToken);

    private string Address(string path) => options.PublicUrl.TrimEnd('/') + path;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Receiver} answered {Status} to alerts; they are sent again")]
        public static partial void NotTaken(ILogger logger, string receiver, int status);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts could not be sent to {Receiver}; they are sent again")]
        public static partial void NotSent(ILogger logger, Exception failure, string receiver);
    }
}
