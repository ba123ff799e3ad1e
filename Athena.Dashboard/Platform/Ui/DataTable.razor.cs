using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// Rows of the same kind: dense, with a head that stays in sight, arrow keys between rows, Enter to open one, cards on a
/// phone. For lists that fit a page; longer ones are cut by the query.
/// </summary>
[CascadingTypeParameter(nameof(TItem))]
public sealed partial class DataTable<TItem>
{
    private readonly List<Column<TItem>> columns = [];
    private Column<TItem>? sortedBy;
    private bool descending;

    /// <summary>What the rows are, for those who cannot see the page around them.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Null while they are being read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TItem>? Items { get; set; }

    /// <summary><see cref="Column{TItem}"/> elements.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment Columns { get; set; }

    /// <summary>Instead of a table without rows.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>Where a row leads: makes the whole row a target and Enter open it. Put a real link in its title cell too.</summary>
    [Parameter]
    public Func<TItem, string?>? RowHref { get; set; }

    [Parameter]
    public Func<TItem, string?>? RowClass { get; set; }

    /// <summary>What a row is recognised by when the list changes; the item itself without it.</summary>
    [Parameter]
    public Func<TItem, object>? Key { get; set; }

    internal void Add(Column<TItem> column) => columns.Add(column);

    internal void Remove(Column<TItem> column) => columns.Remove(column);

    private IEnumerable<TItem> Sorted() =>
        sortedBy?.SortBy is not { } by ? Items!
        : descending ? Items!.OrderByDescending(by, Comparer<IComparable?>.Default)
        : Items!.OrderBy(by, Comparer<IComparable?>.Default);

    // Up, down, and back to the order in which they came.
    private void Sort(Column<TItem> column)
    {
        (sortedBy, descending) = sortedBy != column ? (column, false) : descending ? (null, false) : (column, true);
    }

    private string? SortWord(Column<TItem> column) =>
        column.SortBy is null ? null : sortedBy != column ? "none" : descending ? "descending" : "ascending";

    private string SortIcon(Column<TItem> column) => sortedBy != column ? "arrow-up-down" : descending ? "arrow-down" : "arrow-up";
}
