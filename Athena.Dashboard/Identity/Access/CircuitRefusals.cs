using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Tells the log what commands on the pages of one circuit were refused for want of rights.</summary>
internal sealed class CircuitRefusals(Refusals refusals, ICurrentActor current, NavigationManager navigation, RefusalLog log) : CircuitHandler
{
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        refusals.Met += Remember;
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        refusals.Met -= Remember;
        return Task.CompletedTask;
    }

    private void Remember(Refusal refusal)
    {
        if (refusal.Kind is RefusalKind.Forbidden) _ = RememberAsync(refusal);
    }

    // Not waited for: the page goes on, and the log never fails.
    private async Task RememberAsync(Refusal refusal)
    {
        var page = "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0];
        await log.DeniedAsync(await current.GetAsync(), new Denial("a command on " + page, null, refusal.Title));
    }
}
