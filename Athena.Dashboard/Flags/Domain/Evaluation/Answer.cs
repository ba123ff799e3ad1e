using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>What decided an evaluation.</summary>
public enum Decider
{
    /// <summary>The flag is off: the off variant for everybody.</summary>
    Switch,

    /// <summary>A flag that this one needs does not serve what it has to: the off variant.</summary>
    Prerequisite,

    /// <summary>A rule matched, and serves one variant.</summary>
    Rule,

    /// <summary>A rule matched, and splits by weight.</summary>
    RuleSplit,

    /// <summary>A condition does not hold, or its attribute is missing: the fallback variant.</summary>
    Conditions,

    /// <summary>The user is in one of the cohorts.</summary>
    Cohort,

    /// <summary>No condition and no percentage: the same for everybody.</summary>
    Everybody,

    /// <summary>All conditions hold, and there is no percentage.</summary>
    AllConditions,

    /// <summary>The user's bucket lies below the percentage.</summary>
    WithinPercentage,

    /// <summary>The user's bucket does not lie below the percentage.</summary>
    HeldBack,

    /// <summary>A bucket is needed and the context has no <c>targetingKey</c>.</summary>
    MissingTargetingKey,

    /// <summary>The evaluation could not be finished: a regular expression took too long.</summary>
    Failed,
}

/// <summary>
/// One of the few answers that a flag can give, made when the flag is compiled: an evaluation only picks one. Carries
/// its own OFREP JSON, so that a reply is put together from parts that were written once.
/// </summary>
public sealed class Answer
{
    private readonly byte[] utf8;

    /// <param name="variant">Null for a failure, and for a success without a value: the client uses its own default.</param>
    /// <param name="isSplit">Exposed by conditions or cohort, and the variant by weight.</param>
    /// <param name="counter">Counts how often it is given; null for one of its own.</param>
    /// <param name="users">Counts to how many different users it is given; null where nobody asks.</param>
    public Answer(
        string flagKey, Decider decider, Variant? variant, Guid? rolloutId, string? arm, bool isSplit = false, AnswerCounter? counter = null, UserSketch? users = null)
    {
        Counter = counter ?? new AnswerCounter();
        Users = users;
        FlagKey = flagKey;
        Decider = decider;
        Variant = variant;
        RolloutId = rolloutId;
        Arm = rolloutId is null ? null : arm;
        IsTrue = variant?.Value.Text == "true";
        Reason = isSplit ? "SPLIT" : ReasonOf(decider);
        utf8 = Write();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, digest);
        Fingerprint = BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    public string FlagKey { get; }

    /// <summary>Shared by all answers of the flag's variant in its environment, also those of earlier settings.</summary>
    public AnswerCounter Counter { get; }

    /// <summary>Shared by all answers of one arm while a rollout exposes the same; null where no rollout does.</summary>
    public UserSketch? Users { get; }

    public Decider Decider { get; }

    /// <summary>Null when the evaluation failed, or has no value.</summary>
    public Variant? Variant { get; }

    /// <summary>The value as a boolean; false for anything but JSON's <c>true</c>.</summary>
    public bool IsTrue { get; }

    public Guid? RolloutId { get; }

    /// <summary>One of <see cref="FlagMetadata"/>'s arms while a rollout owns the percentage, else null.</summary>
    public string? Arm { get; }

    public bool IsFailure => Decider >= Decider.MissingTargetingKey;

    /// <summary>OFREP's word for a failure, else null.</summary>
    public string? ErrorCode => Decider switch
    {
        Decider.MissingTargetingKey => "TARGETING_KEY_MISSING",
        Decider.Failed => "GENERAL",
        _ => null,
    };

    /// <summary>OFREP's word. <c>DEFAULT</c>, which others send where nothing matched, is not in its list of reasons.</summary>
    public string Reason { get; }

    /// <summary>The answer as an OFREP success or failure item.</summary>
    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>The same, to be written without a copy.</summary>
    public ReadOnlyMemory<byte> Utf8Memory => utf8;

    /// <summary>128 bits of SHA-256 over <see cref="Utf8"/>: two answers that look the same have the same one.</summary>
    public UInt128 Fingerprint { get; }

    private static string ReasonOf(Decider decider) => decider switch
    {
        Decider.Switch => "DISABLED",
        Decider.Conditions or Decider.Prerequisite => "UNKNOWN",
        Decider.Everybody => "STATIC",
        Decider.Cohort or Decider.AllConditions or Decider.Rule => "TARGETING_MATCH",
        Decider.WithinPercentage or Decider.HeldBack or Decider.RuleSplit => "SPLIT",
        _ => "ERROR",
    };

    private byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("key"u8, FlagKey);
        if (IsFailure)
        {
            json.WriteString("errorCode"u8, ErrorCode);
            json.WriteString("errorDetails"u8, Decider == Decider.Failed
                ? "A condition could not be decided in time."
                : "The flag is split by percentage, which needs a targetingKey in the context.");
        }
        else
        {
            json.WriteString("reason"u8, Reason);
            if (Variant is not null)
            {
                json.WriteString("variant"u8, Variant.Name);
                json.WritePropertyName("value"u8);
                json.WriteRawValue(Variant.Value.Text, skipInputValidation: true);
            }
        }

        if (RolloutId is not null || Variant?.Payload is { Count: > 0 }) WriteMetadata(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject("metadata"u8);
        if (RolloutId is { } rollout)
        {
            json.WriteString(FlagMetadata.RolloutId, rollout);
            if (Arm is not null) json.WriteString(FlagMetadata.Arm, Arm);
        }

        if (Variant?.Payload is { } payload)
        {
            foreach (var (name, value) in payload)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Text, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
    }
}

/// <summary>How often something was answered since the start.</summary>
public sealed class AnswerCounter
{
    private long count;

    public long Count => Interlocked.Read(ref count);

    public void Add() => Interlocked.Increment(ref count);
}

/// <summary>The outcome of one evaluation.</summary>
/// <param name="Bucket">0 to 99,999 where the percentage was asked, else -1.</param>
public readonly record struct Evaluation(Answer Answer, int Bucket)
{
    public bool IsTrue => Answer.IsTrue;
}
