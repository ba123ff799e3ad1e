using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class ConfirmDialogTests : ComponentTest
{
    private readonly List<string> confirmed = [];
    private Refusal? answer;

    [Fact]
    public async Task Nothing_is_drawn_until_it_opens()
    {
        var dialog = Dialog();
        dialog.FindAll(".dialog-body").ShouldBeEmpty();

        await OpenAsync(dialog);

        dialog.Find(".dialog-title").TextContent.ShouldBe("Roll back?");
        JSInterop.VerifyInvoke("athena.dialog.open");
    }

    [Fact]
    public async Task The_name_must_be_typed_and_a_reason_given_before_it_confirms()
    {
        var dialog = Dialog();
        await OpenAsync(dialog);

        Confirm(dialog);
        dialog.Find("textarea").Input("errors");
        Confirm(dialog);
        dialog.Find("input").Input("staging");
        Confirm(dialog);
        confirmed.ShouldBeEmpty();

        dialog.Find("input").Input("production");
        Confirm(dialog);
        confirmed.ShouldBe(["errors"]);
        JSInterop.VerifyInvoke("athena.dialog.close");
    }

    [Fact]
    public async Task A_refusal_stays_in_the_dialog()
    {
        answer = Refusal.Forbidden("QA may not.", "Release Manager");
        var dialog = Dialog();
        await OpenAsync(dialog);
        dialog.Find("textarea").Input("errors");
        dialog.Find("input").Input("production");

        Confirm(dialog);

        dialog.Find(".notice").TextContent.ShouldContain("QA may not.");
        dialog.Find(".notice").TextContent.ShouldContain("Release Manager can do this.");
        JSInterop.VerifyNotInvoke("athena.dialog.close");
    }

    [Fact]
    public async Task Opening_again_begins_afresh()
    {
        var dialog = Dialog();
        await OpenAsync(dialog);
        dialog.Find("textarea").Input("errors");
        dialog.Find("dialog").TriggerEvent("onclose", EventArgs.Empty);

        await OpenAsync(dialog);

        dialog.Find("textarea").GetAttribute("value").ShouldBeNullOrEmpty();
    }

    private IRenderedComponent<ConfirmDialog> Dialog() => Render<ConfirmDialog>(with => with
        .Add(it => it.Title, "Roll back?")
        .Add(it => it.ConfirmText, "Roll back")
        .Add(it => it.ReasonRequired, true)
        .Add(it => it.TypeToConfirm, "production")
        .Add(it => it.OnConfirm, reason =>
        {
            confirmed.Add(reason);
            return Task.FromResult(answer);
        }));

    private static Task OpenAsync(IRenderedComponent<ConfirmDialog> dialog) => dialog.InvokeAsync(dialog.Instance.OpenAsync);

    private static void Confirm(IRenderedComponent<ConfirmDialog> dialog) => dialog.Find(".dialog-foot .button-primary").Click();
}
