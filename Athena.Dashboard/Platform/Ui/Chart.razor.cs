using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// Lines over time, drawn by the browser (<c>wwwroot-assets/src/charts.ts</c>, where the contract is). With a
/// <see cref="Group"/> the points come live from the hub and no circuit is involved; without one they are those given.
/// </summary>
public sealed partial class Chart
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private string options = "{}";

    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public string? Subtitle { get; set; }

    /// <summary>The hub group whose points are drawn, or null.</summary>
    [Parameter]
    public string? Group { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ChartSeries> Series { get; set; }

    [Parameter]
    public IReadOnlyList<ChartThreshold> Thresholds { get; set; } = [];

    [Parameter]
    public ChartUnit Unit { get; set; }

    /// <summary>How far back the chart reaches.</summary>
    [Parameter]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Height of the drawing in pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 160;

    /// <summary>Small, without axes and legend: for a list or a tile.</summary>
    [Parameter]
    public bool Spark { get; set; }

    /// <summary>Points to begin with, oldest first.</summary>
    [Parameter]
    public IReadOnlyList<ChartPoint> Points { get; set; } = [];

    [Parameter]
    public IReadOnlyList<ChartGap> Gaps { get; set; } = [];

    protected override void OnParametersSet() => options = JsonSerializer.Serialize(
        new
        {
            Title,
            Group,
            Series,
            Thresholds,
            Unit,
            WindowSeconds = Window.TotalSeconds,
            Height,
            Spark,
            Gaps = Gaps.Select(gap => new { From = gap.From.ToUnixTimeMilliseconds(), To = gap.To.ToUnixTimeMilliseconds(), gap.Label }),
            Points = Points.Select(point => new { At = point.At.ToUnixTimeMilliseconds(), Series = point.Values }),
        },
        Json);
}
