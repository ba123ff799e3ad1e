using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Audit;
using Athena.Dashboard.Audit.Domain;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Audit;

public sealed class AuditTests
{
    private static readonly Actor Reader = Actor.System("test");

    [Theory]
    [InlineData("Gates.GateItemTicked", "Gate item ticked")]
    [InlineData("Identity.PersonAdded", "Person added")]
    [InlineData("Notes.HTMLSeen", "HTML seen")]
    [InlineData("Flags.Flag2Created", "Flag2 created")]
    public void A_sentence_comes_out_of_the_name_of_an_event(string type, string sentence) => EventWords.Sentence(type).ShouldBe(sentence);

    [Fact]
    public void A_change_shows_what_differs_and_nothing_else()
    {
        var changes = ChangeList.Compare(
            """{"roles":["viewer"],"name":"A","gone":1,"nested":{"deep":true},"same":"x"}""",
            """{"roles":["viewer","support"],"name":"B","nested":{"deep":false},"same":"x","fresh":null,"list":[{"id":1}]}""");
        changes.ShouldBe(
        [
            new FieldChange("Roles", "viewer", "viewer, support"),
            new FieldChange("Name", "A", "B"),
            new FieldChange("Gone", "1", null),
            new FieldChange("Nested › Deep", "yes", "no"),
            new FieldChange("List 1 › Id", null, "1"),
        ]);
    }

    [Fact]
    public void An_event_without_states_shows_its_own_fields_but_not_its_subject_again()
    {
        const string Id = "01a203b8-9d3c-7066-b162-40b5a4cda17c";
        ChangeList.Read($$$"""{"personId":"{{{Id}}}","reason":"wrongCode","subject":{"kind":"person","id":"{{{Id}}}"}}""", "person/" + Id).ShouldBe([new FieldChange("Reason", null, "wrongCode")]);
        EventWords.Short("person/" + Id).ShouldBe("person …cda17c");
        EventWords.Short("release/1.2.0").ShouldBe("release 1.2.0");
    }

    [Fact]
    public void A_line_of_the_audit_says_the_first_changes_that_mean_something_to_a_person() =>
        ChangeList.Gist(
        [new FieldChange("Comment", null, "Seen"), new FieldChange("Item › Title", null, "Code review")],
        [
            new FieldChange("Id", null, "01a203b8-9d3c-7066-b162-40b5a4cda17c"),
            new FieldChange("Version", "1", "2"),
            new FieldChange("State", "open", "passed"),
            new FieldChange("Passed at", null, "2026-11-22T10:00:00Z"),
            new FieldChange("Text", null, new string('x', 200)),
            new FieldChange("Share", null, "0.1"),
            new FieldChange("Comment", "later", null),
        ]).ShouldBe("Code review · State: open → passed · Share: 0.1");

    [OnBothDatabases]
    [Theory]
    public async Task What_happened_is_found_by_subject_actor_type_and_time_and_paged_by_sequence(DatabaseKind kind)
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(kind, clock);
        var people = server.Get<PeopleService>();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await people.AddAsync(new NewPerson($"Person {i}", $"p{i}@example.org", [Role.Viewer]), Actor.System(i % 2 == 0 ? "Even Maker" : "Odd maker") with { Source = "203.0.113.7" }, default)).Value.Id);
            clock.JumpWallClock(TimeSpan.FromHours(1));
        }

        (await people.ChangeRolesAsync(ids[0], 1, [Role.Support], Reader, default)).IsAccepted.ShouldBeTrue();
        var queries = server.Get<AuditQueries>();
        Task<AuditEntries> Ask(AuditFilter filter) => queries.ReadAsync(filter, Reader, default);

        (await Ask(new AuditFilter($"person/{ids[0]}"))).Entries.Select(entry => entry.What).ShouldBe(["Roles changed", "Person added"]);
        (await Ask(new AuditFilter("person"))).Entries.Length.ShouldBe(6);
        (await Ask(new AuditFilter("nothing/here"))).Entries.ShouldBeEmpty();
        (await Ask(new AuditFilter($"person/{ids[0]}, person/{ids[1]},nothing/here"))).Entries.Select(entry => entry.Sequence).ShouldBe((await Ask(new AuditFilter("person"))).Entries
            .Where(entry => entry.Subject == $"person/{ids[0]}" || entry.Subject == $"person/{ids[1]}").Select(entry => entry.Sequence));
        (await Ask(new AuditFilter($"person,person/{ids[0]}"))).Entries.Length.ShouldBe(6);
        (await Ask(new AuditFilter(Actor: "even MAKER"))).Entries.Length.ShouldBe(3);
        (await Ask(new AuditFilter(Actor: "%"))).Entries.ShouldBeEmpty();
        (await Ask(new AuditFilter(Type: "Identity.RolesChanged"))).Entries.ShouldHaveSingleItem().Changes().ShouldBe([new FieldChange("Roles", "viewer", "support")]);
        (await Ask(new AuditFilter(Type: "Identity"))).Entries.Length.ShouldBe(6);
        (await Ask(new AuditFilter("person", Except: "Identity"))).Entries.ShouldBeEmpty();
        (await Ask(new AuditFilter("person", Except: "Gates"))).Entries.Length.ShouldBe(6);
        (await Ask(new AuditFilter("person", From: new FakeClock().GetUtcNow().AddHours(1), To: new FakeClock().GetUtcNow().AddHours(3)))).Entries.Length.ShouldBe(2);

        var first = await Ask(new AuditFilter("person", Take: 4));
        var second = await Ask(new AuditFilter("person", Take: 4, Before: first.Older));
        first.Entries.Concat(second.Entries).Select(entry => entry.Sequence).ShouldBeUnique();
        (second.Entries.Length, second.Older).ShouldBe((2, null));
    }

    [Fact]
    public async Task The_api_pages_and_shows_addresses_only_to_those_who_manage_people()
    {
        await using var server = await AthenaServer.StartAsync();
        await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", "someone@example.org", [Role.Viewer]), Reader with { Source = "203.0.113.7" }, default);
        using var viewer = await server.ClientAsync(Role.Viewer);
        using var admin = await server.ClientAsync(Role.Administrator);
        using var flags = await server.KeyClientAsync("flags:evaluate");
        var seen = (await viewer.GetFromJsonAsync<JsonElement>("/api/audit?type=Identity.PersonAdded")).GetProperty("entries")[0];
        (seen.GetProperty("what").GetString(), seen.GetProperty("source").ValueKind).ShouldBe(("Person added", JsonValueKind.Null));
        (await admin.GetFromJsonAsync<JsonElement>("/api/audit")).GetProperty("entries")[0].GetProperty("source").GetString().ShouldBe("203.0.113.7");
        (await flags.GetAsync("/api/audit")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await viewer.GetAsync("/api/audit?take=100000")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await viewer.GetAsync("/api/audit?subject=%2Fodd")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
