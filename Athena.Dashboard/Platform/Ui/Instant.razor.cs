using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

public enum InstantFormat
{
    /// <summary>How long ago or ahead; a date beyond two weeks. The browser keeps it fresh.</summary>
    Relative,
    DateTime,
    Date,
    Time,
}

/// <summary>A moment in the person's zone; the exact one is in its title.</summary>
public sealed partial class Instant
{
    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset? Value { get; set; }

    [Parameter]
    public InstantFormat Format { get; set; }

    /// <summary>Shown when there is no moment.</summary>
    [Parameter]
    public string Missing { get; set; } = "–";

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private bool IsRelative => Format is InstantFormat.Relative && InstantText.Relative(Value!.Value, Clock.GetUtcNow()) is not null;

    private string Text
    {
        get
        {
            var (value, now) = (Value!.Value, Clock.GetUtcNow());
            return Format switch
            {
                InstantFormat.Relative => InstantText.Relative(value, now) ?? InstantText.Date(value, now, Zone),
                InstantFormat.Date => InstantText.Date(value, now, Zone),
                InstantFormat.Time => InstantText.Time(value, Zone),
                _ => InstantText.DateTime(value, now, Zone),
            };
        }
    }
}
