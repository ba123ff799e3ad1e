using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>Whether items let their subject pass.</summary>
public static class GateJudge
{
    /// <param name="items">All items of the subject.</param>
    /// <param name="checks">Names of the checks that some part of the product supplies.</param>
    /// <param name="openedAt">Since when the subject has had gates; for sets that it does not carry.</param>
    public static GateVerdict Judge(
        IReadOnlyCollection<GateItem> items,
        ImmutableArray<string> setKeys,
        IReadOnlySet<string> checks,
        DateTimeOffset openedAt,
        DateTimeOffset now)
    {
        var open = ImmutableArray.CreateBuilder<OpenGateItem>();
        foreach (var setKey in setKeys)
        {
            var set = items.Where(item => item.SetKey == setKey).OrderBy(item => item.Order).ToList();
            if (set.Count == 0)
                open.Add(new OpenGateItem(setKey, setKey, "", "The gates of this set were never opened", GateItemState.Open, [], openedAt, null));
            else
                open.AddRange(set.Where(item => !item.IsDoneAt(now)).Select(item => Open(item, checks, now)));
        }

        return new GateVerdict(open.Count == 0, open.ToImmutable());
    }

    private static OpenGateItem Open(GateItem item, IReadOnlySet<string> checks, DateTimeOffset now)
    {
        var expired = item.State == GateItemState.Waived;
        return new OpenGateItem(
            item.SetKey,
            item.SetTitle,
            item.Key,
            item.Title,
            item.StateAt(now),
            [.. WhoCan(item, checks)],
            expired ? item.WaivedUntil!.Value : item.StateSince,
            expired ? "The waiver has expired." : item.Comment);
    }

    private static IEnumerable<string> WhoCan(GateItem item, IReadOnlySet<string> checks)
    {
        if (item.Check is { } check && checks.Contains(check)) return ["check " + check];
        return item.AssigneeName is { } name ? [name, .. item.WhoCanSettle()] : item.WhoCanSettle();
    }
}
