using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>All API keys.</summary>
public sealed partial class KeysPage
{
    private IReadOnlyList<KeyRow>? keys;
    private KeyRow? chosen;
    private CreateKeyDialog creating = default!;
    private ConfirmDialog revoking = default!;

    [Inject]
    private KeyService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == KeySubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken) => keys = await Service.ListAsync(cancellationToken);

    private Task AskAsync(KeyRow key)
    {
        chosen = key;
        return revoking.OpenAsync();
    }

    private async Task<Refusal?> RevokeAsync(string reason) =>
        (await Service.RevokeAsync(chosen!.Id, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private static StateKind KindOf(KeyState state) => state is KeyState.Good ? StateKind.Good : StateKind.Muted;

    private static string WordOf(KeyState state) => state switch { KeyState.Good => "active", KeyState.Expired => "expired", _ => "revoked" };
}
