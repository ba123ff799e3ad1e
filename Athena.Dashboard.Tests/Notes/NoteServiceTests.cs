using Athena.Dashboard.Notes;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Tests.Communication;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Notes;

public sealed class NoteServiceTests
{
    private static readonly DateOnly Day = new(2025, 8, 15);

    [Theory, OnBothDatabases]
    public async Task A_text_of_125_KB_is_saved_and_read_back_letter_by_letter(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        var text = Started + string.Concat(Enumerable.Range(0, 125 * 1024 / 20).Select(line => FormattableString.Invariant($"- Zeile {line} – äöü 🎉\n")));
        draft = (await Service(desk).SaveAsync(Release, draft.Version, text, Product, CancellationToken.None)).Value;
        (await Queries(desk).DocumentAsync(Release, CancellationToken.None))!.Text.ShouldBe(text);
        (await Queries(desk).PreviewAsync(Release, text, CancellationToken.None)).Refusal.ShouldBeNull();
        draft.Revision.ShouldBe(2);
    }

    [Theory, OnBothDatabases]
    public async Task Two_who_save_at_once_lose_neither_text(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        var texts = Enumerable.Range(0, 6).Select(writer => With("Bug Fixes", "- Writer " + writer)).ToList();
        var outcomes = await Task.WhenAll(texts.Select((text, index) => Task.Run(() => Service(desk).SaveAsync(Release, draft.Version, text, Person(index % 2 == 0 ? Role.ProductManager : Role.ReleaseManager), CancellationToken.None))));

        var winner = outcomes.Select((outcome, index) => (outcome, index)).Where(found => found.outcome.IsAccepted).ShouldHaveSingleItem().index;
        outcomes.Where(outcome => !outcome.IsAccepted).ShouldAllBe(outcome => outcome.Refusal!.Kind == RefusalKind.Stale);
        (await Queries(desk).DocumentAsync(Release, CancellationToken.None))!.Text.ShouldBe(texts[winner]);
    }

    [Theory, OnBothDatabases]
    public async Task The_same_text_sent_again_after_a_lost_answer_is_accepted(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        var saved = (await Service(desk).SaveAsync(Release, draft.Version, "text", Product, CancellationToken.None)).Value;
        var again = (await Service(desk).SaveAsync(Release, draft.Version, "text", Product, CancellationToken.None)).Value;
        again.Version.ShouldBe(saved.Version);
        (await Service(desk).SaveAsync(Release, draft.Version, "other", Product, CancellationToken.None)).Refusal!.Code.ShouldBe("stale_version");
    }

    [Theory, OnBothDatabases]
    public async Task Every_text_that_was_approved_or_left_can_be_brought_back(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        draft = (await Service(desk).SaveAsync(Release, draft.Version, "one", Product, CancellationToken.None)).Value;
        draft = (await Service(desk).SaveAsync(Release, draft.Version, "two", Manager, CancellationToken.None)).Value;
        draft = (await Service(desk).RestoreAsync(Release, draft.Version, 2, Manager, CancellationToken.None)).Value;

        (await Queries(desk).DocumentAsync(Release, CancellationToken.None))!.Text.ShouldBe("one");
        var revisions = await Queries(desk).RevisionsAsync(Release, CancellationToken.None);
        revisions.Select(revision => (revision.Number, revision.Note)).ShouldBe([(4, "Restored from revision 2"), (3, null), (2, null), (1, "Started from the template")]);
        (await Queries(desk).RevisionTextAsync(Release, 3, CancellationToken.None)).ShouldBe("two");
        draft.Revision.ShouldBe(4);
    }

    [Theory, OnBothDatabases]
    public async Task What_is_published_is_what_was_previewed_and_stays_so_while_the_draft_goes_on(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        var text = With("New Features", "### Filters\n\nUsers can now **filter**. <script>alert(1)</script> [x](javascript:alert(1))");
        draft = (await Service(desk).SaveAsync(Release, draft.Version, text, Product, CancellationToken.None)).Value;
        (await Queries(desk).PublishedAsync(Release, CancellationToken.None)).ShouldBeNull();
        draft = await ApproveAndPublishAsync(desk, draft);

        var published = (await Queries(desk).PublishedAsync(Release, CancellationToken.None)).ShouldNotBeNull();
        published.Html.ShouldBe((await Queries(desk).PreviewAsync(Release, text, CancellationToken.None)).Value);
        published.Html.ShouldContain("<strong>filter</strong>");
        published.Html.ShouldNotContain("<script");
        published.Html.ShouldNotContain("Improvements", customMessage: "empty sections are not shown");

        await Service(desk).SaveAsync(Release, draft.Version, text + "more", Product, CancellationToken.None);
        (await Queries(desk).PublishedAsync(Release, CancellationToken.None))!.Sha256.ShouldBe(published.Sha256);
        (await Queries(desk).FindAsync(Release, CancellationToken.None))!.IsPublishedCurrent.ShouldBeFalse();
    }

    [Theory, OnBothDatabases]
    public async Task A_rollback_drafts_a_correction_of_published_notes(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        await ApproveAndPublishAsync(desk, await BeginAsync(desk));
        await desk.HappenAsync(new ReleaseStateChanged(Release, ReleaseState.RollingOut, ReleaseState.RolledBack, "error_rate > 5 %"));
        await Wait.UntilAsync(async () => (await Queries(desk).DocumentAsync(Release, CancellationToken.None))!.Text.Contains("**Correction", StringComparison.Ordinal));
        (await Queries(desk).PublishedAsync(Release, CancellationToken.None))!.Text.ShouldNotContain("Correction");
        (await Queries(desk).RevisionsAsync(Release, CancellationToken.None))[0].Note.ShouldBe("Correction after the rollback");
    }

    [Theory, OnBothDatabases]
    public async Task Text_that_a_database_cannot_keep_is_mended_and_not_lost(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var desk = await StartAsync(database);
        var draft = await BeginAsync(desk);
        (await Service(desk).SaveAsync(Release, draft.Version, "a\0b\ud800c\r\nd", Product, CancellationToken.None)).Refusal.ShouldBeNull();
        (await Queries(desk).DocumentAsync(Release, CancellationToken.None))!.Text.ShouldBe("ab\ufffdc\nd");
    }

    [Fact]
    public async Task Comments_are_made_by_support_and_settled_once()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var desk = await StartAsync(database);
        await BeginAsync(desk);
        var comments = desk.Get<NoteComments>();
        (await comments.AddAsync(Release, "  ", Support, CancellationToken.None)).Refusal!.Code.ShouldBe("invalid_comment");
        (await comments.AddAsync(Release, "x", Viewer, CancellationToken.None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        var comment = (await comments.AddAsync(Release, "<b>Which browsers?</b>", Support, CancellationToken.None)).Value;
        (await Queries(desk).ListAsync(CancellationToken.None)).ShouldHaveSingleItem().OpenComments.ShouldBe(1);
        (await comments.ResolveAsync(Release, comment.Id, comment.Version, Product, CancellationToken.None)).Value.ResolvedBy.ShouldBe("Product Manager");
        (await Queries(desk).ListAsync(CancellationToken.None)).ShouldHaveSingleItem().OpenComments.ShouldBe(0);
    }

    [Fact]
    public async Task The_gate_on_notes_passes_only_while_they_are_approved()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var desk = await StartAsync(database);
        var check = desk.Get<Athena.Dashboard.Gates.Contracts.IGateCheck>();
        check.Name.ShouldBe("notes-approved");
        (await check.EvaluateAsync(ReleaseSubject.Of(Release), CancellationToken.None)).Explanation.ShouldBe("The release notes have not been started.");
        var draft = await BeginAsync(desk);
        (await check.EvaluateAsync(ReleaseSubject.Of(Release), CancellationToken.None)).Explanation.ShouldBe("The release notes lack the approval of Product Manager and Support.");
        draft = await ApproveAndPublishAsync(desk, draft);
        (await check.EvaluateAsync(ReleaseSubject.Of(Release), CancellationToken.None)).ShouldSatisfyAllConditions(result => result.Passed.ShouldBeTrue(), result => result.About.ShouldBe(draft.Sha256));
        await Service(desk).SaveAsync(Release, draft.Version, "changed", Product, CancellationToken.None);
        (await check.EvaluateAsync(ReleaseSubject.Of(Release), CancellationToken.None)).Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_viewer_changes_nothing()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var desk = await StartAsync(database);
        (await Service(desk).StartAsync(Release, Viewer, CancellationToken.None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        var draft = await BeginAsync(desk);
        foreach (var refused in new[]
        {
            await Service(desk).SaveAsync(Release, draft.Version, "x", Viewer, CancellationToken.None),
            await Service(desk).RestoreAsync(Release, draft.Version, 1, Viewer, CancellationToken.None),
            await Service(desk).ApproveAsync(Release, draft.Version, null, Viewer, CancellationToken.None),
            await Service(desk).PublishAsync(Release, draft.Version, Viewer, CancellationToken.None),
        })
            refused.Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await Queries(desk).DraftAsync(Release, CancellationToken.None))!.Version.ShouldBe(draft.Version);
    }

    private static async Task<NewsDesk> StartAsync(TestDatabase database)
    {
        var neighbours = new Neighbours();
        neighbours.Plan(Release, Day);
        return await NewsDesk.StartAsync(database, neighbours, new FakeClock(Now), smtp: null);
    }

    private static NoteService Service(NewsDesk desk) => desk.Get<NoteService>();

    private static NoteQueries Queries(NewsDesk desk) => desk.Get<NoteQueries>();

    private static async Task<NotesDraft> BeginAsync(NewsDesk desk) => (await Service(desk).StartAsync(Release, Product, CancellationToken.None)).Value;

    private static async Task<NotesDraft> ApproveAndPublishAsync(NewsDesk desk, NotesDraft draft)
    {
        draft = (await Service(desk).ApproveAsync(Release, draft.Version, null, Product, CancellationToken.None)).Value;
        draft = (await Service(desk).ApproveAsync(Release, draft.Version, null, Support, CancellationToken.None)).Value;
        return (await Service(desk).PublishAsync(Release, draft.Version, Manager, CancellationToken.None)).Value;
    }
}
