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
}

/// <summary>
/// One of the few answers that a flag can give, made when the flag is compiled: an evaluation only picks one. Carries
/// its own OFREP JSON, so that a reply is put together from parts that were written once.
/// </summary>
public sealed class Answer
{
    private readonly byte[] utf8;

    public Answer(string flagKey, Decider decider, Variant? variant, Guid? rolloutId, string? arm)
    {
        FlagKey = flagKey;
        Decider = decider;
        Variant = variant;
        RolloutId = rolloutId;
        Arm = rolloutId is null ? null : arm;
        IsTrue = variant?.Value.Text == "true";
        utf8 = Write();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, digest);
        Fingerprint = BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    public string FlagKey { get; }

    public Decider Decider { get; }

    /// <summary>Null when the evaluation failed.</summary>
    public Variant? Variant { get; }

    /// <summary>The value as a boolean; false for anything but JSON's <c>true</c>.</summary>
    public bool IsTrue { get; }

    public Guid? RolloutId { get; }

    /// <summary>One of <see cref="FlagMetadata"/>'s arms while a rollout owns the percentage, else null.</summary>
    public string? Arm { get; }

    public bool IsFailure => Decider == Decider.MissingTargetingKey;

    /// <summary>OFREP's word. <c>DEFAULT</c>, which others send where nothing matched, is not in its list of reasons.</summary>
    public string Reason => Decider switch
    {
        Decider.Switch => "DISABLED",
        Decider.Conditions => "UNKNOWN",
        Decider.Everybody => "STATIC",
        Decider.Cohort or Decider.AllConditions => "TARGETING_MATCH",
        Decider.WithinPercentage or Decider.HeldBack => "SPLIT",
        _ => "ERROR",
    };

    /// <summary>The answer as an OFREP success or failure item.</summary>
    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>128 bits of SHA-256 over <see cref="Utf8"/>: two answers that look the same have the same one.</summary>
    public UInt128 Fingerprint { get; }

    private byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("key", FlagKey);
        if (Variant is null)
        {
            json.WriteString("errorCode", "TARGETING_KEY_MISSING");
            json.WriteString("errorDetails", "The flag is split by percentage, which needs a targetingKey in the context.");
        }
        else
        {
            json.WriteString("reason", Reason);
            json.WriteString("variant", Variant.Name);
            json.WritePropertyName("value");
            json.WriteRawValue(Variant.Value.Text);
        }

        if (RolloutId is { } rollout)
        {
            json.WriteStartObject("metadata");
            json.WriteString(FlagMetadata.RolloutId, rollout);
            if (Arm is not null) json.WriteString(FlagMetadata.Arm, Arm);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>The outcome of one evaluation.</summary>
/// <param name="Bucket">0 to 99,999 where the percentage was asked, else -1.</param>
public readonly record struct Evaluation(Answer Answer, int Bucket)
{
    public bool IsTrue => Answer.IsTrue;
}
