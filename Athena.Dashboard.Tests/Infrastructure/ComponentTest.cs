using Athena.Dashboard.Platform.Ui;
using Bunit;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>A component without a browser: the shared services, a clock that stands, and interop that answers nothing.</summary>
public abstract class ComponentTest : BunitContext
{
    protected ComponentTest()
    {
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddUi();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    protected FakeClock Clock { get; } = new();
}
