using System.Text;

namespace Athena.Dashboard.Audit.Domain;

/// <summary>Sentences out of names, so that the audit knows every event without knowing any slice.</summary>
public static class EventWords
{
    /// <summary><c>Gates.GateItemTicked</c> gives <c>Gate item ticked</c>.</summary>
    public static string Sentence(string type) => Humanize(type[(type.LastIndexOf('.') + 1)..]);

    /// <summary><c>Gates.GateItemTicked</c> gives <c>Gates</c>.</summary>
    public static string Area(string type) => type.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? type[..dot] : "";

    /// <summary><c>expiresAt</c> gives <c>Expires at</c>; a run of capitals stays one word: <c>newURL</c> gives <c>New URL</c>.</summary>
    public static string Humanize(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var letter = name[i];
            var begins = i > 0 && char.IsUpper(letter) && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (begins) text.Append(' ');
            var isRun = char.IsUpper(letter) && ((i + 1 < name.Length && char.IsUpper(name[i + 1])) || (i > 0 && char.IsUpper(name[i - 1]) && !begins));
            text.Append(i == 0 ? char.ToUpperInvariant(letter) : isRun ? letter : char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>A subject as people read it: <c>release 1.2.0</c>, and of a GUID only its end, which tells them apart.</summary>
    public static string Short(string subject)
    {
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return subject;
        var (kind, id) = (subject[..slash], subject[(slash + 1)..]);
        return Guid.TryParse(id, out _) ? $"{kind} …{id[^6..]}" : $"{kind} {id}";
    }
}
