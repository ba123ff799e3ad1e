using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Where pages hand in a change: it is made, or asked for where the environment wants it approved.</summary>
public sealed class ChangeDesk(FlagService flags, FlagDefinitionService definitions, SegmentService segments, ChangeRequestService requests, QueuedChangeService queue, ICurrentActor actors)
{
    /// <param name="asks">The environment wants it approved; nothing changes yet.</param>
    public async Task<Refusal?> HandInAsync(FlagChange change, bool asks, string reason, Consent consent)
    {
        var actor = await actors.GetAsync();
        return asks
            ? (await requests.AskAsync(change, reason, consent.Override, actor, CancellationToken.None)).Refusal
            : (await flags.MakeAsync(change, reason, consent, actor, CancellationToken.None)).Refusal;
    }

    /// <inheritdoc cref="HandInAsync(FlagChange, bool, string, Consent)"/>
    public async Task<Refusal?> HandInAsync(DefinitionChange change, bool asks, string reason, string? confirmation)
    {
        var actor = await actors.GetAsync();
        return asks
            ? (await requests.AskAsync(change, reason, actor, CancellationToken.None)).Refusal
            : (await definitions.MakeAsync(change, reason, confirmation, actor, CancellationToken.None)).Refusal;
    }

    /// <inheritdoc cref="HandInAsync(FlagChange, bool, string, Consent)"/>
    public async Task<Refusal?> HandInAsync(SegmentChange change, bool asks, string reason, string? confirmation)
    {
        var actor = await actors.GetAsync();
        return asks
            ? (await requests.AskAsync(change, reason, actor, CancellationToken.None)).Refusal
            : (await segments.MakeAsync(change, reason, confirmation, actor, CancellationToken.None)).Refusal;
    }

    /// <summary>To be made by itself at an instant.</summary>
    public async Task<Refusal?> QueueAsync(FlagChange change, DateTimeOffset at, string zone, string reason, Consent consent) =>
        (await queue.QueueAsync(change, at, zone, reason, consent, await actors.GetAsync(), CancellationToken.None)).Refusal;

    /// <summary>Takes a queued change back.</summary>
    public async Task<Refusal?> CancelAsync(Guid id) => (await queue.CancelAsync(id, await actors.GetAsync(), CancellationToken.None)).Refusal;
}
