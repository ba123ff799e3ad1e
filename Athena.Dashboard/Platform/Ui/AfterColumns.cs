using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Renders its content after its earlier siblings were initialised: by then a table knows its columns.</summary>
public sealed class AfterColumns : ComponentBase
{
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, ChildContent);
}
