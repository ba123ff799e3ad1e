using System.Globalization;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Where something stands in a document. It becomes a text only when there is a fault to tell.</summary>
/// <param name="Path">Empty for the document itself.</param>
/// <param name="Index">Of the element in the list at the path; negative where there is no list.</param>
internal readonly record struct Place(string Path, string? Member = null, int Index = -1)
{
    public static implicit operator Place(string path) => new(path);

    public override string ToString()
    {
        var owner = Index < 0 ? Path : string.Create(CultureInfo.InvariantCulture, $"{Path}[{Index}]");
        return Member is null ? owner : owner.Length == 0 ? Member : owner + "." + Member;
    }
}
