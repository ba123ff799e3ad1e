using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using QRCoder;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>A text as a square that a phone's camera reads.</summary>
public sealed partial class QrCode
{
    private int size;
    private string path = "";

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>What it is, for those who cannot see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    protected override void OnParametersSet()
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(Text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        size = rows.Count;
        var drawn = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (!rows[y][x]) continue;
                var from = x;
                while (x + 1 < size && rows[y][x + 1]) x++;
                drawn.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from + 1}v1h-{x - from + 1}z");
            }
        }

        path = drawn.ToString();
    }
}
