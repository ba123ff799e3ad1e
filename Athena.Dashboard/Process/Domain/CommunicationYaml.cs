using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Moments around the target date, their messages and tasks.</summary>
internal static class CommunicationYaml
{
    private const int FarthestDay = 366;

    public static ImmutableArray<CommunicationMoment> Read(FieldMap map)
    {
        var moments = new Dictionary<string, int>(StringComparer.Ordinal);
        var items = new Dictionary<string, int>(StringComparer.Ordinal);
        return map.SomeMaps("communication", moment => Moment(moment, moments, items));
    }

    private static CommunicationMoment Moment(FieldMap map, Dictionary<string, int> moments, Dictionary<string, int> items)
    {
        var days = map.Need("days", new DayRange(0, 0), at => at.Range(-FarthestDay, FarthestDay));
        return new CommunicationMoment(map.Key("key", moments), map.Text("title"), days.From, days.To, map.SomeMaps("items", item => Item(item, items, days)));
    }

    private static CommunicationItem Item(FieldMap map, Dictionary<string, int> items, DayRange days)
    {
        var kind = map.Word<CommunicationKind>("kind");
        var channel = map.Take("channel", CommunicationChannel.None, at => at.Word<CommunicationChannel>());
        if (kind == CommunicationKind.Message && channel == CommunicationChannel.None && !map.Has("channel"))
            map.At("kind").Complain("A message needs a channel.", "channel: mail or channel: social beside it");
        if (kind == CommunicationKind.Task && channel != CommunicationChannel.None)
            map.At("channel").Complain("A task is not sent.", "kind: message, or no channel");
        return new CommunicationItem(
            map.Key("key", items),
            map.Text("title"),
            kind,
            map.Need("owner", Role.ReleaseManager, at => at.Owner()),
            map.Need("audience", "", at => at.Key()),
            channel,
            map.Take("due", days.From, at => at.Whole(days.From, days.To)),
            map.Flag("only_after_rollback"));
    }
}
