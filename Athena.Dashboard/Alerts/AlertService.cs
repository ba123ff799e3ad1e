using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Alerts;

/// <summary>What people do about alerts.</summary>
public sealed class AlertService(Store store)
{
    /// <summary>Those who may lower exposure answer for what happens meanwhile, so they may silence.</summary>
    public static Refusal? WhyNotSilence(Actor actor) => actor.Lacks(Permission.LowerExposure, "silence alerts");

    public async Task<Outcome<Silence>> SilenceAsync(ImmutableArray<Matcher> matchers, TimeSpan length, string? comment, Actor actor, CancellationToken cancellationToken)
    {
        if (WhyNotSilence(actor) is { } forbidden) return forbidden;
        return await store.WriteAsync<Silence>(
            actor,
            (write, _) =>
            {
                var made = Silence.Make(matchers, length, comment, actor.Name, write.Now);
                if (made.IsAccepted)
                {
                    write.Add(made.Value);
                    write.Append(new SilenceBegan(made.Value.Id, made.Value.Text, made.Value.EndsAt, made.Value.Comment));
                }

                return Task.FromResult(made);
            },
            cancellationToken);
    }

    public async Task<Outcome<Silence>> EndAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (WhyNotSilence(actor) is { } forbidden) return forbidden;
        return await store.WriteAsync<Silence>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Silence>().FirstOrDefaultAsync(silence => silence.Id == id, token) is not { } silence) return Refusal.NotFound("silence", id.ToString());
                if (silence.EndsAt <= write.Now) return silence;
                var ended = silence with { EndsAt = write.Now };
                write.Replace(silence, ended);
                write.Append(new SilenceEnded(id, silence.Text));
                return ended;
            },
            cancellationToken);
    }
}
