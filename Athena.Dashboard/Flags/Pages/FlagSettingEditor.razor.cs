using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Edits the setting that it was opened with; what others change meanwhile is refused when saving, not overwritten.</summary>
public sealed partial class FlagSettingEditor
{
    private static readonly Option<string>[] Fallbacks = [new(Variant.Off, "the off variant"), new(Variant.On, "the on variant")];

    private readonly List<ConditionRow> rows = [];
    private FlagEnvironment opened = default!;
    private decimal? percentage;
    private string? bucketBy;
    private string? audience;
    private string fallback = Variant.Off;
    private DateTime? enableAt;
    private DateTime? disableAt;
    private string? reason;
    private string? confirmation;
    private Refusal? refusal;

    [Inject]
    private FlagService Flags { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Parameter, EditorRequired]
    public required TargetEnvironment Environment { get; set; }

    [Parameter, EditorRequired]
    public required FlagEnvironment Setting { get; set; }

    /// <summary>Saved or given up.</summary>
    [Parameter]
    public EventCallback OnClosed { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private string ZoneId => Zone.Id;

    private bool IsOwned => opened.RolloutId is not null;

    private string? Owned => IsOwned ? "A rollout owns the conditions." : null;

    private ExposureEffect? Effect => Edited() is { } settings && settings.AppliedTo(opened) is var next && !next.IsSameAs(opened) ? Exposure.Compare(opened, next) : null;

    private bool MustConfirm => Environment.IsProduction && Effect is ExposureEffect.Raises or ExposureEffect.Same;

    private string? Missing => Effect switch
    {
        null => percentage is null || !Percentage.TryFrom(percentage.Value, out _) ? "The percentage is 0 to 100 in steps of 0.001." : "Nothing has changed.",
        ExposureEffect.Lowers => null,
        _ when string.IsNullOrWhiteSpace(reason) => "A reason is needed.",
        _ when MustConfirm && confirmation?.Trim() != Environment.Key => $"Type {Environment.Key} first.",
        _ => null,
    };

    private string EffectText => Effect switch
    {
        ExposureEffect.Lowers => "Exposes nobody new.",
        ExposureEffect.Raises => "May expose more users.",
        ExposureEffect.Same => "Changes nothing for users now.",
        _ => "",
    };

    protected override void OnInitialized()
    {
        opened = Setting;
        rows.AddRange(opened.Conditions.Where(IsRow).Cast<Condition.Clause>().Select(clause => new ConditionRow { Attribute = clause.Attribute, Values = string.Join(", ", clause.Values) }));
        percentage = opened.Percentage.Thousandths / 1000m;
        bucketBy = opened.BucketBy;
        audience = string.Join(", ", opened.Audience);
        fallback = opened.Fallback;
        enableAt = ToLocal(opened.EnableAt);
        disableAt = ToLocal(opened.DisableAt);
    }

    private void AddRow() => rows.Add(new ConditionRow());

    private FlagSettings? Edited() =>
        percentage is { } percent && Percentage.TryFrom(percent, out var share)
            ? FlagSettings.Of(opened) with
            {
                Conditions = [.. rows.Where(row => !row.IsEmpty).Select(row => Condition.Is((row.Attribute ?? "").Trim(), [.. FlagText.Split(row.Values)])), .. opened.Conditions.Where(condition => !IsRow(condition))],
                Percentage = share,
                Audience = [.. FlagText.Split(audience)],
                BucketBy = string.IsNullOrWhiteSpace(bucketBy) ? ContextNames.TargetingKey : bucketBy.Trim(),
                Fallback = fallback,
                EnableAt = ToInstant(enableAt, opened.EnableAt),
                DisableAt = ToInstant(disableAt, opened.DisableAt),
            }
            : null;

    // What this form cannot show is kept as it is.
    private static bool IsRow(Condition condition) => condition is Condition.Clause { Operator: ClauseOperator.In } clause && clause.Values.All(value => !value.Contains(',', StringComparison.Ordinal));

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var saved = await Flags.EditAsync(
            opened.FlagKey, opened.Environment, opened.Version, Edited()!, reason ?? "", confirmation?.Trim(), await Actors.GetAsync(), CancellationToken.None);
        if (saved.IsAccepted) await OnClosed.InvokeAsync();
        return saved.Refusal;
    }

    private DateTime? ToLocal(DateTimeOffset? instant) => instant is { } value ? TimeZoneInfo.ConvertTime(value, Zone).DateTime : null;

    // The field knows minutes only: an instant that was not touched keeps its seconds.
    private DateTimeOffset? ToInstant(DateTime? local, DateTimeOffset? before) =>
        local is not { } value ? null
        : ToLocal(before) is { } known && known.AddTicks(-(known.Ticks % TimeSpan.TicksPerMinute)) == value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMinute)) ? before
        : new DateTimeOffset(value, Zone.GetUtcOffset(value)).ToUniversalTime();

    private sealed class ConditionRow
    {
        public string? Attribute { get; set; }

        public string? Values { get; set; }

        public bool IsEmpty => string.IsNullOrWhiteSpace(Attribute) && string.IsNullOrWhiteSpace(Values);
    }
}
