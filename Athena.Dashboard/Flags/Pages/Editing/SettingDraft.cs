using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>The setting of a flag in one environment while somebody edits it.</summary>
public sealed class SettingDraft
{
    private readonly Flag flag;

    /// <param name="from">Another environment's setting, whose targeting is taken to begin with; the schedule is never taken.</param>
    public SettingDraft(Flag flag, FlagEnvironment opened, TimeZoneInfo zone, FlagEnvironment? from = null)
    {
        (this.flag, Opened, Zone) = (flag, opened, ZonedTime.Find(opened.ScheduleZone) ?? zone);
        var source = from ?? opened;
        Prerequisites.AddRange(source.Prerequisites.Select(wanted => new PrerequisiteDraft { Flag = wanted.Flag, Variant = wanted.Variant }));
        Rules.AddRange(source.Rules.Select(RuleDraft.Of));
        Conditions.AddRange(source.Conditions.Select(ConditionDraft.Of));
        Percent = source.Percentage.Thousandths / 1000m;
        BucketBy = source.BucketBy;
        Audience = source.Audience;
        Serve = ServingDraft.Of(source.Serve ?? Serving.Of(flag.Exposed.Name));
        Fallback = source.Fallback;
        EnableAt = ToLocal(opened.EnableAt);
        DisableAt = ToLocal(opened.DisableAt);
    }

    /// <summary>What it was when the editing began.</summary>
    public FlagEnvironment Opened { get; }

    /// <summary>The zone in which the schedule is written.</summary>
    public TimeZoneInfo Zone { get; private set; }

    public List<PrerequisiteDraft> Prerequisites { get; } = [];

    public List<RuleDraft> Rules { get; } = [];

    public List<ConditionDraft> Conditions { get; } = [];

    public decimal? Percent { get; set; }

    public string BucketBy { get; set; }

    public IReadOnlyList<string> Audience { get; set; }

    public ServingDraft Serve { get; }

    public string Fallback { get; set; }

    public DateTime? EnableAt { get; set; }

    public DateTime? DisableAt { get; set; }

    /// <summary>What is wrong before anybody is asked; null when nothing is.</summary>
    public string? Fault
    {
        get
        {
            if (Percent is not { } percent || !Percentage.TryFrom(percent, out _)) return "The percentage is 0 to 100 in steps of 0.001.";
            for (var i = 0; i < Rules.Count; i++)
            {
                if (Rules[i].Serve.Fault is { } fault) return $"Rule {i + 1}: {fault}";
            }

            return Serve.Fault;
        }
    }

    /// <summary>The setting as it would be saved; null while <see cref="Fault"/> says something.</summary>
    public FlagSettings? ToSettings() => Fault is not null ? null : FlagSettings.Of(Opened) with
    {
        Prerequisites = [.. Prerequisites.Select(draft => draft.ToPrerequisite())],
        Rules = [.. Rules.Select(draft => draft.ToRule())],
        Conditions = ConditionDraft.Made(Conditions),
        Percentage = Percentage.From(Percent!.Value),
        BucketBy = string.IsNullOrWhiteSpace(BucketBy) ? ContextNames.TargetingKey : BucketBy.Trim(),
        Audience = [.. Audience],
        Serve = Served(),
        Fallback = Fallback,
        EnableAt = ToInstant(EnableAt, Opened.EnableAt),
        DisableAt = ToInstant(DisableAt, Opened.DisableAt),
        ScheduleZone = EnableAt is null && DisableAt is null ? null : Zone.Id,
    };

    /// <summary>A local time of the zone as an instant.</summary>
    public DateTimeOffset ToInstant(DateTime local) => new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();

    /// <summary>Writes the schedule in another zone; the instants stay.</summary>
    public void Rezone(TimeZoneInfo zone)
    {
        var (on, off) = (ToInstant(EnableAt, Opened.EnableAt), ToInstant(DisableAt, Opened.DisableAt));
        Zone = zone;
        (EnableAt, DisableAt) = (ToLocal(on), ToLocal(off));
    }

    // Nothing said and the flag's own "on" are the same to users; what came as the one stays the one.
    private Serving? Served() => Serve.ToServing() is var serving && Opened.Serve is null && serving.Variant == flag.Exposed.Name ? null : serving;

    private DateTime? ToLocal(DateTimeOffset? instant) => instant is { } value ? TimeZoneInfo.ConvertTime(value, Zone).DateTime : null;

    // The field knows minutes only: an instant that was not touched keeps its seconds.
    private DateTimeOffset? ToInstant(DateTime? local, DateTimeOffset? before) =>
        local is not { } value ? null
        : ToLocal(before) is { } known && WholeMinutes(known) == WholeMinutes(value) ? before
        : ToInstant(value);

    private static DateTime WholeMinutes(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));
}
