using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>Whether mail gets out, and the recipient lists.</summary>
public sealed partial class MailSettingsPage
{
    private IReadOnlyList<RecipientList>? lists;
    private RecipientListDialog dialog = default!;

    [Inject]
    private SmtpMail Mail { get; set; } = default!;

    [Inject]
    private PublicAddress Address { get; set; } = default!;

    [Inject]
    private RecipientLists Lists { get; set; } = default!;

    [Inject]
    private DirectMail Direct { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? Denied { get; set; }

    private string? MailProblem => Mail.Options.IsConfigured ? null : "No mail server is set up.";

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == CommunicationSubject.Of(CommunicationSubject.Settings);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        lists = await Lists.ListAsync(cancellationToken);
        Denied = CommunicationPhrases.Why((await Current.GetAsync(cancellationToken)).Lacks(Permission.EditCommunication, "change mail and lists"));
    }

    private async Task<Refusal?> TestAsync() => await Direct.TestAsync(await Current.GetAsync(), CancellationToken.None).RefusalAsync();
}
