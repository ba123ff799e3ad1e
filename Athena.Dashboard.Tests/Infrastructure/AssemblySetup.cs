using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Athena.Dashboard.Tests.Infrastructure;

internal static class AssemblySetup
{
    // bunit's graph asks for an AngleSharp.Diffing that the package source lacks; the one beside the tests serves.
    [ModuleInitializer]
    internal static void ResolveDiffing() =>
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "AngleSharp.Diffing.dll"))
                : null;
}
