using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Athena.Dashboard.Tests.Infrastructure;

internal static class AssemblySetup
{
    // Hundreds of databases come and go, each commit of which waits for the disk; where there is room they live in memory.
    [ModuleInitializer]
    internal static void KeepTemporaryFilesInMemory()
    {
        const string Memory = "/dev/shm";
        const long Room = 2L << 30;
        if (Environment.GetEnvironmentVariable("TMPDIR") is null && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room)
            Environment.SetEnvironmentVariable("TMPDIR", Memory);
    }

    // bunit's graph asks for an AngleSharp.Diffing that the package source lacks; the one beside the tests serves.
    [ModuleInitializer]
    internal static void ResolveDiffing() =>
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "AngleSharp.Diffing.dll"))
                : null;

    // One second unless told, of which a component that reads a database may get none on a busy machine.
    [ModuleInitializer]
    internal static void WaitForComponentsPatiently() => Bunit.BunitContext.DefaultWaitTimeout = Wait.Patience;
}
