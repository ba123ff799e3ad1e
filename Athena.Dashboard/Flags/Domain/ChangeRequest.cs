using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags.Domain;

public enum ChangeRequestState
{
    /// <summary>Waits for approvals, or for somebody to carry it out.</summary>
    Open,

    /// <summary>The setting is as it asked.</summary>
    Applied,

    /// <summary>Taken back, or turned down.</summary>
    Closed,
}

/// <param name="Hash">What was approved.</param>
public sealed record ChangeApproval(Guid ActorId, string Name, string Hash, DateTimeOffset At);

/// <summary>What a change request is about, as it is now.</summary>
public sealed record ChangeRequestGround(FlagEnvironment? Setting, Flag? Flag, Segment? Segment);

/// <summary>
/// A change that waits for the approval of others: of a flag's setting, of a flag's values, or of a segment. An
/// approval is bound to the content by its hash: any edit of the request voids all of them, and any change of what it
/// was made from voids the request.
/// </summary>
public sealed record ChangeRequest : IVersioned
{
    public required Guid Id { get; init; }

    /// <summary>Null where the request is about a segment.</summary>
    public string? FlagKey { get; init; }

    /// <summary>Whose people approve: of all that a change of values or of a segment reaches, the one that wants the most.</summary>
    public required string Environment { get; init; }

    /// <summary>The flag's setting there, which the change was made from; null where the request is about a segment.</summary>
    public FlagEnvironment? Before { get; init; }

    /// <summary>The setting as it is to be.</summary>
    public FlagEnvironment? After { get; init; }

    /// <summary>The flag that a change of its values was made from; null where the request is about the setting.</summary>
    public Flag? FlagBefore { get; init; }

    /// <summary>The flag as it is to be in all environments; null where the request is about the setting.</summary>
    public Flag? FlagAfter { get; init; }

    /// <summary>The segment that the change was made from; null where there was none, or the request is about a flag.</summary>
    public Segment? SegmentBefore { get; init; }

    /// <summary>The segment as it is to be; null where the request is about a flag.</summary>
    public Segment? SegmentAfter { get; init; }

    /// <summary>The key of what it is about.</summary>
    [JsonIgnore]
    public string Key => FlagKey ?? SegmentAfter!.Key;

    public required string Reason { get; init; }

    /// <summary>Production may be ahead of the environment before it.</summary>
    public bool Override { get; init; }

    public required Guid AuthorId { get; init; }

    public required string AuthorName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ChangeRequestState State { get; init; }

    public ImmutableArray<ChangeApproval> Approvals { get; init; } = [];

    public long Version { get; init; } = 1;

    /// <summary>The SHA-256 of all that an approver says yes to, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Signed))));

    /// <summary>The approvals that count: of what it asks for now.</summary>
    [JsonIgnore]
    public IEnumerable<ChangeApproval> Valid => Approvals.Where(approval => approval.Hash == Hash);

    private IEnumerable<string> Signed => SegmentAfter is not null ?
    [
        "segment",
        SegmentAfter.Key,
        Environment,
        (SegmentBefore?.Version ?? 0).ToString(CultureInfo.InvariantCulture),
        JsonSerializer.Serialize(SegmentAfter),
        Reason,
    ] :
    [
        FlagKey!,
        Environment,
        Before!.Version.ToString(CultureInfo.InvariantCulture),
        JsonSerializer.Serialize(After),
        Override ? "override" : "",
        Reason,
        .. FlagAfter is null ? Array.Empty<string>() : [FlagBefore!.Version.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(FlagAfter)],
    ];

    /// <summary>Whether a change of a setting has to be asked for there: what only lowers exposure never has.</summary>
    public static bool IsNeeded(FlagEnvironment before, FlagEnvironment after, TargetEnvironment environment) =>
        environment.Approval is not null && !after.IsSameAs(before) && Exposure.Compare(before, after) != ExposureEffect.Lowers;

    /// <summary>Why a change is not simply made.</summary>
    /// <param name="change">Begins a sentence.</param>
    public static Refusal Needed(string change, TargetEnvironment environment) =>
        Refusal.Conflict(
            "approval_needed",
            $"{change} may expose somebody in {environment.Title} and needs {environment.Approval!.Needed} {(environment.Approval.Needed == 1 ? "approval" : "approvals")}.",
            "Ask for the change; what only lowers exposure needs nobody.") with
        {
            WhoCan = [.. environment.Approval.Roles.Select(role => role.Title())],
        };

    /// <param name="decided">What the change would make of the setting, as if it were approved.</param>
    public static Outcome<Decision<ChangeRequest>> Ask(Guid id, FlagEnvironment before, Decision<FlagEnvironment> decided, ChangeTerms terms)
    {
        if (Unneeded(before, decided, terms) is { } refusal) return refusal;
        var request = new ChangeRequest
        {
            Id = id,
            FlagKey = before.FlagKey,
            Environment = before.Environment,
            Before = before,
            After = decided.State,
            Reason = terms.Reason.Trim(),
            Override = terms.Consent.Override,
            AuthorId = terms.Actor.Id,
            AuthorName = terms.Actor.Name,
            CreatedAt = terms.Now,
        };
        return new Decision<ChangeRequest>(request, [request.Asked]);
    }

    /// <summary>Asks for other values of a flag, of the environment whose users get them and that wants the most approvals.</summary>
    /// <param name="setting">The flag's setting there.</param>
    public static Decision<ChangeRequest> Ask(Guid id, Flag before, Flag after, FlagEnvironment setting, DefinitionTerms terms, DateTimeOffset now)
    {
        var request = new ChangeRequest
        {
            Id = id,
            FlagKey = before.Key,
            Environment = setting.Environment,
            Before = setting,
            After = setting,
            FlagBefore = before,
            FlagAfter = after,
            Reason = terms.Reason.Trim(),
            AuthorId = terms.Actor.Id,
            AuthorName = terms.Actor.Name,
            CreatedAt = now,
        };
        return new(request, [request.Asked]);
    }

    /// <summary>Asks for another segment, of the environment whose users it reaches and that wants the most approvals.</summary>
    /// <param name="before">Null for one that is to be created.</param>
    public static Decision<ChangeRequest> Ask(Guid id, Segment? before, Segment after, TargetEnvironment guarding, DefinitionTerms terms, DateTimeOffset now)
    {
        var request = new ChangeRequest
        {
            Id = id,
            Environment = guarding.Key,
            SegmentBefore = before,
            SegmentAfter = after,
            Reason = terms.Reason.Trim(),
            AuthorId = terms.Actor.Id,
            AuthorName = terms.Actor.Name,
            CreatedAt = now,
        };
        return new(request, [request.Asked]);
    }

    private ChangeRequested Asked => new(Id, FlagKey, Environment, Reason) { SegmentKey = SegmentAfter?.Key };

    /// <summary>Asks for something else, or for the same from the setting as it is by now. All approvals are void.</summary>
    public Outcome<Decision<ChangeRequest>> Revise(FlagEnvironment before, Decision<FlagEnvironment> decided, ChangeTerms terms)
    {
        if (State != ChangeRequestState.Open) return NotOpen();
        if (After is null || FlagAfter is not null) return Refusal.Conflict("not_a_setting", "The request is not about a setting.", "Bring it up to date, or close it and ask anew.");
        if (NotAuthor(terms.Actor) is { } forbidden) return forbidden;
        if (Unneeded(before, decided, terms) is { } refusal) return refusal;
        return Revised(this with { Before = before, After = decided.State, Reason = terms.Reason.Trim(), Override = terms.Consent.Override });
    }

    /// <summary>Asks for the same from flag or segment as they are by now. All approvals are void.</summary>
    /// <param name="anew">What would be asked for if it were asked now.</param>
    public Outcome<Decision<ChangeRequest>> Renew(ChangeRequest anew, Actor actor)
    {
        if (State != ChangeRequestState.Open) return NotOpen();
        if (NotAuthor(actor) is { } forbidden) return forbidden;
        return Revised(anew with { Id = Id, AuthorId = AuthorId, AuthorName = AuthorName, CreatedAt = CreatedAt, Version = Version });
    }

    private static Decision<ChangeRequest> Revised(ChangeRequest next) => new(
        next with { Approvals = [] },
        [new ChangeRequestRevised(next.Id, next.FlagKey, next.Environment, next.Reason) { SegmentKey = next.SegmentAfter?.Key }]);

    private Refusal? NotAuthor(Actor actor) => actor.Id == AuthorId ? null : Refusal.Forbidden($"{actor.Name} may not edit what {AuthorName} asks for.", AuthorName);

    /// <param name="hash">The content that the approver saw.</param>
    public Outcome<Decision<ChangeRequest>> Approve(string hash, ChangeRequestGround current, TargetEnvironment environment, Actor actor, DateTimeOffset now)
    {
        if (State != ChangeRequestState.Open) return NotOpen();
        if (environment.Approval is not { } rule) return Refusal.Conflict("approval_not_needed", $"{environment.Title} asks for no approval any more.", "Carry the change out.");
        if (actor.Id == AuthorId) return Refusal.Forbidden("Who asks for a change does not approve it.", Titles(rule));
        // A key is held by nobody: only people approve.
        if (actor.Kind != ActorKind.Person || !rule.Roles.Any(actor.Is)) return Refusal.Forbidden($"{actor.Name} may not approve changes in {environment.Title}.", Titles(rule));
        if (Void(current) is { } gone) return gone;
        if (hash != Hash) return Refusal.Stale("What the change request asks for");
        if (Valid.Any(approval => approval.ActorId == actor.Id)) return new Decision<ChangeRequest>(this, []);
        var next = this with { Approvals = [.. Valid, new ChangeApproval(actor.Id, actor.Name, hash, now)] };
        return new Decision<ChangeRequest>(next, [new ChangeApproved(Id, FlagKey, Environment, next.Approvals.Length, rule.Needed) { SegmentKey = SegmentAfter?.Key }]);
    }

    /// <summary>Takes it back, or turns it down.</summary>
    public Outcome<Decision<ChangeRequest>> Close(string reason, TargetEnvironment? environment, Actor actor)
    {
        if (State != ChangeRequestState.Open) return NotOpen();
        if (actor.Id != AuthorId && environment?.Approval?.Roles.Any(actor.Is) is not true && !actor.Is(Role.Administrator))
            return Refusal.Forbidden($"{actor.Name} may not close what {AuthorName} asks for.", [AuthorName, .. environment?.Approval is { } rule ? Titles(rule) : []]);
        return new Decision<ChangeRequest>(this with { State = ChangeRequestState.Closed }, [new ChangeRequestClosed(Id, FlagKey, Environment, reason.Trim()) { SegmentKey = SegmentAfter?.Key }]);
    }

    /// <summary>Marks it as carried out, if it may be.</summary>
    public Outcome<Decision<ChangeRequest>> Apply(ChangeRequestGround current, TargetEnvironment environment)
    {
        if (State != ChangeRequestState.Open) return NotOpen();
        if (Void(current) is { } gone) return gone;
        var (have, need) = (Valid.Count(), environment.Approval?.Needed ?? 0);
        if (have < need)
        {
            return Refusal.Conflict("approvals_missing", $"{need - have} of {need} approvals are missing.", "Others have to approve first.") with { WhoCan = [.. Titles(environment.Approval!)] };
        }

        return new Decision<ChangeRequest>(this with { State = ChangeRequestState.Applied }, [new ChangeApplied(Id, FlagKey, Environment) { SegmentKey = SegmentAfter?.Key }]);
    }

    /// <summary>Whether what it was made from was changed since, so that what was approved would make something else of it.</summary>
    public bool IsVoid(ChangeRequestGround current) => State == ChangeRequestState.Open && (SegmentAfter is not null
        // One that was deleted and made anew begins at the same version again.
        ? (SegmentBefore?.Version, SegmentBefore?.CreatedAt) != (current.Segment?.Version, current.Segment?.CreatedAt)
        : current.Setting?.Version != Before!.Version || (FlagBefore is { } values && values.Version != current.Flag?.Version));

    /// <summary>Whether it asks for the very change, made from the setting as it is now.</summary>
    public bool AsksFor(FlagEnvironment before, FlagEnvironment after, bool letAhead) =>
        State == ChangeRequestState.Open && FlagAfter is null && !IsVoid(new(before, null, null)) && After!.IsSameAs(after) && Override == letAhead;

    /// <summary>What a person has to know of a request whose ground was changed.</summary>
    public Refusal Overtaken => Refusal.Conflict("change_request_void", $"{Key} was changed since; the request and its approvals are void.", $"{AuthorName} can bring it up to date, to be approved anew.");

    private Refusal? Void(ChangeRequestGround current) => IsVoid(current) ? Overtaken : null;

    private static Refusal? Unneeded(FlagEnvironment before, Decision<FlagEnvironment> decided, ChangeTerms terms)
    {
        if (decided.Events.IsEmpty) return Refusal.Conflict("nothing_changes", "The change makes nothing different.");
        return IsNeeded(before, decided.State, terms.Environment) ? null : Refusal.Conflict("approval_not_needed", "The change needs nobody's approval.", "Make it.");
    }

    private Refusal NotOpen() => Refusal.Conflict("change_request_over", $"The change request was {(State == ChangeRequestState.Applied ? "carried out" : "closed")} already.");

    private static string[] Titles(ApprovalRule rule) => [.. rule.Roles.Select(role => role.Title())];
}
