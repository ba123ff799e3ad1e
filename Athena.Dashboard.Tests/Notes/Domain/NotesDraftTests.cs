using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Notes.Domain;

public sealed class NotesDraftTests
{
    [Fact]
    public void The_first_saving_leaves_the_template_as_a_revision_of_its_own()
    {
        var saved = Draft("a").Save("ab", "a", Product, Now.AddSeconds(1)).State;
        saved.Revision.ShouldBe(2);
        saved.Save("abc", "ab", Product, Now.AddSeconds(2)).State.Revision.ShouldBe(2);
    }

    [Fact]
    public void Another_writer_or_a_longer_time_begins_another_revision()
    {
        var saved = Draft("a").Save("ab", "a", Product, Now).State;
        saved.Save("abc", "ab", Manager, Now.AddSeconds(1)).State.Revision.ShouldBe(3);
        saved.Save("abc", "ab", Product, Now + NotesDraft.Sitting).State.Revision.ShouldBe(3);
    }

    [Fact]
    public void The_same_text_changes_nothing()
    {
        var draft = Approved("a");
        draft.Save("a", "a", Product, Now).ShouldSatisfyAllConditions(saved => saved.State.ShouldBe(draft), saved => saved.Events.ShouldBeEmpty());
    }

    [Fact]
    public void An_approved_text_is_published_only_with_both_approvals()
    {
        var draft = Draft(Started);
        draft.CannotPublish(Started, Template, Manager)!.Items.Select(item => item.Place).ShouldBe(["Approval by Product Manager", "Approval by Support"]);
        draft = draft.Approve(null, Product, Now).Value.State;
        draft.CannotPublish(Started, Template, Manager)!.Items.ShouldHaveSingleItem().WhoCan.ShouldBe("Support");
        draft = draft.Approve(null, Support, Now).Value.State;
        draft.CannotPublish(Started, Template, Manager).ShouldBeNull();
        draft.Publish(Started, Template, Manager, Now).Value.State.IsPublishedCurrent.ShouldBeTrue();
    }

    [Fact]
    public void Any_change_voids_the_approvals_and_says_what_changed()
    {
        var changed = Approved(Started).Save(With("Bug Fixes", "- One"), Started, Engineer, Now);
        changed.State.Approvals.ShouldBeEmpty();
        var fell = changed.Events.OfType<NotesApprovalVoided>().ShouldHaveSingleItem();
        fell.Voided.Select(approval => approval.Role).ShouldBe([Role.ProductManager, Role.Support]);
        fell.ChangedSections.ShouldBe(["🐛 Bug Fixes"]);
        changed.State.CannotPublish(With("Bug Fixes", "- One"), Template, Manager)!.Items[0].Message.ShouldBe("fell when the text changed after Product Manager had approved it (🐛 Bug Fixes)");
    }

    [Fact]
    public void An_approved_text_stays_in_the_history_when_its_author_writes_on()
    {
        var draft = Draft("a").Save("ab", "a", Product, Now).State;
        var approved = draft.Approve(null, Product, Now).Value.State;
        approved.Save("abc", "ab", Product, Now.AddSeconds(1)).State.Revision.ShouldBe(draft.Revision + 1);
    }

    [Fact]
    public void One_person_approves_once_whatever_roles_he_holds()
    {
        var both = Person(Role.ProductManager, Role.Support);
        var draft = Draft("a").Approve(null, both, Now).Value.State;
        draft.Approve(null, both, Now).Refusal!.Code.ShouldBe("approved_already");
        draft.Approve(Role.Support, Admin, Now).Value.State.IsApproved.ShouldBeTrue();
    }

    [Fact]
    public void Nobody_approves_for_a_role_that_he_does_not_hold()
    {
        Draft("a").Approve(Role.Support, Product, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        Draft("a").Approve(null, Manager, Now).Refusal!.WhoCan.ShouldContain("Support");
        Draft("a").Approve(null, Viewer, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_second_approval_of_the_same_role_says_whose_is_missing()
    {
        var draft = Draft("a").Approve(null, Product, Now).Value.State;
        var refusal = draft.Approve(null, Person(Role.ProductManager), Now).Refusal!;
        refusal.Detail.ShouldBe("Still missing: Support.");
    }

    [Fact]
    public void An_approval_can_be_taken_back_by_who_gave_it()
    {
        var draft = Approved(Started).Withdraw(Support).Value.State;
        draft.MissingApprovals.ShouldBe([Role.Support]);
        draft.Withdraw(Engineer).Refusal!.Code.ShouldBe("not_approved");
    }

    [Fact]
    public void Breaking_changes_without_a_migration_link_are_not_published()
    {
        var text = With("Breaking Changes", "The old export is gone.");
        Approved(text).Publish(text, Template, Manager, Now).Refusal!.Items.ShouldHaveSingleItem().Message.ShouldContain("migration guide");
    }

    [Fact]
    public void Support_may_approve_and_not_publish() =>
        Approved(Started).Publish(Started, Template, Support, Now).Refusal!.WhoCan.ShouldBe(["Release Manager", "Product Manager", "Administrator"]);

    [Fact]
    public void A_rollback_corrects_the_draft_of_published_notes_once()
    {
        var cause = Guid.CreateVersion7(Now);
        Approved(Started).Correct(cause, Started, "errors", Manager, Now).ShouldBeNull();
        var published = Approved(Started).Publish(Started, Template, Manager, Now).Value.State;
        var (decision, text) = published.Correct(cause, Started, "errors above 5 %", Manager, Now).ShouldNotBeNull();
        text.ShouldContain("> **Correction, August 14, 2025**: 1.2.0 was rolled back");
        decision.State.IsPublishedCurrent.ShouldBeFalse();
        decision.State.IsApproved.ShouldBeFalse();
        decision.State.Correct(cause, text, "errors above 5 %", Manager, Now).ShouldBeNull();
    }

    [Fact]
    public void Through_any_history_nothing_is_published_that_was_not_approved_word_for_word()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        Actor[] actors = [Product, Support, Manager, Engineer, Viewer, Admin];
        for (var round = 0; round < 300; round++)
        {
            var (text, now) = (Started, Now);
            var draft = Draft(text);
            for (var step = 0; step < 40; step++)
            {
                now += TimeSpan.FromMinutes(random.Next(20));
                var actor = actors[random.Next(actors.Length)];
                var before = draft;
                switch (random.Next(4))
                {
                    case 0:
                        var next = With("Bug Fixes", "- " + random.Next(3));
                        draft = draft.Save(next, text, actor, now).State;
                        if (next != text) draft.Approvals.ShouldBeEmpty($"seed {seed}");
                        text = next;
                        break;
                    case 1 when draft.Approve(null, actor, now) is { IsAccepted: true } accepted:
                        draft = accepted.Value.State;
                        break;
                    case 2 when draft.Withdraw(actor) is { IsAccepted: true } withdrawn:
                        draft = withdrawn.Value.State;
                        break;
                    case 3 when draft.Publish(text, Template, actor, now) is { IsAccepted: true } accepted:
                        draft = accepted.Value.State;
                        before.Approvals.Select(approval => approval.Role).ShouldBe(NotesDraft.Approvers, ignoreOrder: true, $"seed {seed}");
                        before.Approvals.ShouldAllBe(approval => approval.Sha256 == NotesText.Hash(text), $"seed {seed}");
                        before.Approvals.Select(approval => approval.ById).Distinct().Count().ShouldBe(2, $"seed {seed}");
                        break;
                }

                draft.Sha256.ShouldBe(NotesText.Hash(text), $"seed {seed}");
                draft.Revision.ShouldBeGreaterThanOrEqualTo(before.Revision, $"seed {seed}");
            }

        }
    }
}
