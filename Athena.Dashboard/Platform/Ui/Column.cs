using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

public enum ColumnAlign
{
    Start,

    /// <summary>For numbers.</summary>
    End,
    Center,
}

/// <summary>What becomes of a column on a phone, where a row is a card.</summary>
public enum ColumnPhone
{
    /// <summary>A line with the column's title before it.</summary>
    Line,

    /// <summary>The card's title.</summary>
    Title,
    Hidden,
}

/// <summary>A column of a <see cref="DataTable{TItem}"/>; its content draws one cell.</summary>
public sealed class Column<TItem> : ComponentBase, IDisposable
{
    [CascadingParameter]
    private DataTable<TItem>? Table { get; set; }

    /// <summary>Empty for a column of buttons.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public RenderFragment<TItem>? ChildContent { get; set; }

    [Parameter]
    public ColumnAlign Align { get; set; }

    /// <summary>As narrow as its content.</summary>
    [Parameter]
    public bool Fit { get; set; }

    /// <summary>Makes the column sortable by this value.</summary>
    [Parameter]
    public Func<TItem, IComparable?>? SortBy { get; set; }

    [Parameter]
    public ColumnPhone Phone { get; set; }

    internal string? Css
    {
        get
        {
            var align = Align switch { ColumnAlign.End => "align-end", ColumnAlign.Center => "align-center", _ => null };
            return Fit ? $"{align} fit".Trim() : align;
        }
    }

    internal string? CellCss => Phone switch
    {
        ColumnPhone.Title => $"{Css} card-title cell-strong".Trim(),
        ColumnPhone.Hidden => $"{Css} card-hidden".Trim(),
        _ => Css,
    };

    protected override void OnInitialized() =>
        (Table ?? throw new InvalidOperationException("A Column stands inside a DataTable.")).Add(this);

    public void Dispose() => Table?.Remove(this);
}
