using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>One step: whose it is, until when, what was found, and what can be done.</summary>
public sealed partial class ProcedureStepCard
{
    [Parameter, EditorRequired]
    public required Procedure Procedure { get; set; }

    [Parameter, EditorRequired]
    public required ProcedureStep Step { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnWork { get; set; }

    [Parameter]
    public EventCallback OnReopen { get; set; }

    [Parameter, EditorRequired]
    public required Func<Task<Refusal?>> OnLook { get; set; }

    private string? Denied => RecoveryPhrases.Why(Procedure.Denies(Step, Actor));
}
