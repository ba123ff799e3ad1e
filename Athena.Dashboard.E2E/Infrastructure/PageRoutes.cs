using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The addresses of all pages of the built program, as its router finds them: a new page is in it by itself.</summary>
internal static class PageRoutes
{
    public static IReadOnlyList<string> All { get; } = Read();

    // From the metadata, without loading the program into the tests.
    private static string[] Read()
    {
        using var image = new PEReader(File.OpenRead(Repository.Program));
        var metadata = image.GetMetadataReader();
        return
        [
            .. from handle in metadata.CustomAttributes
               let attribute = metadata.GetCustomAttribute(handle)
               where IsRoute(metadata, attribute)
               select Template(metadata.GetBlobReader(attribute.Value)),
        ];
    }

    private static bool IsRoute(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference) return false;
        var declaring = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (declaring.Kind != HandleKind.TypeReference) return false;
        var type = metadata.GetTypeReference((TypeReferenceHandle)declaring);
        return metadata.StringComparer.Equals(type.Name, "RouteAttribute") && metadata.StringComparer.Equals(type.Namespace, "Microsoft.AspNetCore.Components");
    }

    // Two bytes of prologue, then the constructor's one argument (ECMA-335, II.23.3).
    private static string Template(BlobReader value)
    {
        value.ReadUInt16();
        return value.ReadSerializedString()!;
    }
}
