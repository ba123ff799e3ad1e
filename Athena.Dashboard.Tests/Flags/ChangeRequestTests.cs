using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>Approval covers every way of writing, and is never in the way of what only lowers.</summary>
public sealed class ChangeRequestTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Consent Consent = new("production", Override: true);

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task No_way_of_writing_gets_round_the_approval(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind, Approving(needed: 1));
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world);
        await world.SwitchAsync(on: false);
        var off = (await world.EventsAsync()).Last(row => row.Type == "Flags.FlagSwitchedOff");
        var setting = (await world.Queries.FindViewAsync(Key, None))!.In("production")!;

        (await world.Service.SwitchAsync(Key, "production", true, null, "x", Consent, world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Service.EditAsync(Key, "production", setting.Version, FlagSettings.Of(setting) with { EnableAt = world.Clock.GetUtcNow().AddDays(1) }, "x", Consent, world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Service.EditAsync(Key, "production", setting.Version, FlagSettings.Of(setting) with { Percentage = Percentage.From(5) }, "x", Consent, world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Service.RevertAsync(Key, off, "x", Consent, world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Service.MakeAsync(FlagChange.Promote(Key, "staging", "production", setting.Version, null), "x", Consent, world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        var imported = (await Files(world).ApplyAsync(Read($"flags:\n  {Key}:\n    environments:\n      production: {{enabled: true}}\n"), "x", Consent, world.Manager, None)).Accepted();
        (imported.Applied.Length, imported.Waiting.Length).ShouldBe((0, 1));
        (await world.Queries.FindViewAsync(Key, None))!.In("production")!.Version.ShouldBe(setting.Version);
        // Other environments ask for none, and neither does what lowers.
        await world.SwitchAsync(on: false, environment: "staging");
        (await world.Service.SwitchAsync(Key, "production", false, null, "", default, world.Manager, None)).IsAccepted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_file_makes_what_needs_nobody_and_asks_for_the_rest(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind, Approving(needed: 1));
        await world.GivenFlagAsync();
        await world.GivenFlagAsync("lowered");
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world, key: "lowered", letAhead: true);
        var file = Read($"flags:\n  {Key}:\n    name: New name\n    environments:\n      production: {{enabled: true, percentage: 20}}\n      staging: {{enabled: true, percentage: 50}}\n  lowered:\n    environments:\n      production: {{enabled: false}}\n  fresh:\n    environments:\n      staging: {{enabled: true}}\n      production: {{enabled: true}}\n");
        var manager = Person(Role.ProductManager, Role.QaLead);

        var shown = (await Files(world).CompareAsync(file, None)).Accepted();
        shown.Where(difference => difference.Waits).Select(difference => difference.Place).ShouldBe(
            [$"flags.{Key}.production.enabled", $"flags.{Key}.production.percentage", "flags.fresh.production.enabled"], ignoreOrder: true);
        // He may not change production himself: he asks.
        var done = (await Files(world).ApplyAsync(file, "from the repository", default, manager, None)).Accepted();
        done.Applied.Concat(done.Waiting.SelectMany(asked => asked.Differences)).ShouldBe(shown, ignoreOrder: true);
        done.Waiting.Select(asked => (asked.FlagKey, asked.Environment, asked.Needed, asked.WaitedBefore)).ShouldBe([(Key, "production", 1, false), ("fresh", "production", 1, false)], ignoreOrder: true);
        var view = (await world.Queries.FindViewAsync(Key, None))!;
        (view.Flag.Name, view.In("staging")!.Percentage, view.In("production")!.Enabled).ShouldBe(("New name", Percentage.From(50), false));
        (await world.Queries.FindViewAsync("lowered", None))!.In("production")!.Enabled.ShouldBeFalse("what only lowers waits for nobody");
        world.Snapshots.Find("production")!.TryFind(Key, out var compiled).ShouldBeTrue();
        compiled!.Setting.Enabled.ShouldBeFalse();

        // Again: nothing is asked for twice.
        var again = (await Files(world).ApplyAsync(file, "from the repository", default, manager, None)).Accepted();
        again.Applied.ShouldBeEmpty();
        again.Waiting.Select(asked => (asked.Id, asked.WaitedBefore)).ShouldBe(done.Waiting.Select(asked => (asked.Id, true)), ignoreOrder: true);
        (await world.Requests.ListOpenAsync(None)).Length.ShouldBe(2);

        // Bound to the content as every other, carried out by whoever may, void after any change of the setting.
        var request = (await world.Requests.FindAsync(done.Waiting.Single(asked => asked.FlagKey == Key).Id, None))!.Request;
        (request.Reason, request.AuthorName).ShouldBe(("from the repository", manager.Name));
        (await world.Changes.ApproveAsync(request.Id, request.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(request.Id, "production", world.Manager, None)).Accepted().Setting!.Percentage.ShouldBe(Percentage.From(20));
        var more = (await Files(world).ApplyAsync(Read($"flags:\n  {Key}:\n    environments:\n      production: {{enabled: true, percentage: 30}}\n"), "more", default, manager, None)).Accepted().Waiting.ShouldHaveSingleItem();
        more.WaitedBefore.ShouldBeFalse();
        var setting = (await world.Queries.FindViewAsync(Key, None))!.In("production")!;
        (await world.Service.EditAsync(Key, "production", setting.Version, FlagSettings.Of(setting) with { Percentage = Percentage.From(1) }, "", default, world.Manager, None)).Accepted();
        (await world.Requests.FindAsync(more.Id, None))!.IsVoid.ShouldBeTrue();

        // One conflict, and nothing is applied or asked for.
        var conflicting = Read($"flags:\n  {Key}:\n    environments:\n      production: {{enabled: true, percentage: 90}}\n      staging: {{enabled: true, percentage: 70, version: 1}}\n");
        (await Files(world).ApplyAsync(conflicting, "x", default, manager, None)).Refusal!.Items.Select(item => item.Place)
            .ShouldBe([$"line 4, column 35, flags.{Key}.production.percentage", $"line 5, column 7, flags.{Key}.staging"]);
        (await world.Requests.ListOpenAsync(None)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_segment_is_not_a_way_round_it_either()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite, Approving(needed: 1));
        (await world.Segments.MakeAsync(SegmentChange.Create(new("staff", "Staff", [Is("mail", "a", "b")])), "test", null, world.Manager, None)).Accepted();
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world, setting => setting with { Conditions = [new Condition.InSegment("staff")] });
        var wider = SegmentChange.Edit(new("staff", "Staff", [Is("mail", "a", "b", "c")]), 1);
        (await world.Segments.MakeAsync(wider, "wider", "production", world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Changes.AskAsync(SegmentChange.Edit(new("staff", "Staff", [Is("mail", "a")]), 1), "narrower", world.Manager, None)).Refusal!.Code.ShouldBe("approval_not_needed");

        var asked = (await world.Changes.AskAsync(wider, "wider", world.Manager, None)).Accepted();
        (asked.Key, asked.FlagKey, asked.Environment).ShouldBe(("staff", null, "production"));
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        // What only lowers waits for nobody, and the approval was of something else.
        (await world.Segments.MakeAsync(SegmentChange.Edit(new("staff", "Staff", [Is("mail", "a")]), 1), "narrower", null, world.Manager, None)).IsAccepted.ShouldBeTrue();
        (await world.Requests.FindAsync(asked.Id, None))!.IsVoid.ShouldBeTrue();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("change_request_void");
        (await world.Changes.RenewAsync(asked.Id, 2, Person(Role.EngineeringLead), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        var renewed = (await world.Changes.RenewAsync(asked.Id, 2, world.Manager, None)).Accepted();
        (renewed.SegmentBefore!.Version, renewed.Valid.Count()).ShouldBe((2, 0));
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("approvals_missing");
        (await world.Changes.ApproveAsync(asked.Id, renewed.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, null, world.Manager, None)).Refusal!.Code.ShouldBe("confirmation_missing");
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted().Segment!.Conditions.ShouldBe([Is("mail", "a", "b", "c")]);
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("change_request_over");

        // Taking it back lowers; taking that back raises, and is asked for as well.
        var changes = (await world.EventsAsync()).Where(row => row.Type == "Flags.SegmentChanged").ToList();
        (await world.Segments.MakeAsync(SegmentChange.Revert("staff", changes[^1]).Accepted(), "", null, world.Manager, None)).Accepted();
        var back = SegmentChange.Revert("staff", (await world.EventsAsync()).Last(row => row.Type == "Flags.SegmentChanged")).Accepted();
        (await world.Segments.MakeAsync(back, "x", "production", world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        (await world.Changes.AskAsync(back, "x", world.Manager, None)).Accepted().SegmentAfter!.Conditions.ShouldBe([Is("mail", "a", "b", "c")]);
    }

    [Fact]
    public async Task A_segment_that_is_to_be_made_for_a_cohort_in_use_is_asked_for_too()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite, Approving(needed: 1));
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world, setting => setting with { Percentage = Percentage.Zero, Audience = ["staff"] });
        var create = SegmentChange.Create(new("staff", "Staff", [Is("mail", "a")]));
        (await world.Segments.MakeAsync(create, "x", "production", world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        var asked = (await world.Changes.AskAsync(create, "x", world.Manager, None)).Accepted();
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted().Segment!.Version.ShouldBe(1);
        (await world.Requests.FindAsync(asked.Id, None))!.Request.State.ShouldBe(ChangeRequestState.Applied);
    }

    [Fact]
    public async Task What_was_approved_is_void_once_the_setting_is_another_and_can_be_brought_up_to_date()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite, Approving(needed: 1));
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world, setting => setting with { Percentage = Percentage.From(50) });
        var setting = (await world.Queries.FindViewAsync(Key, None))!.In("production")!;
        var more = FlagSettings.Of(setting) with { Percentage = Percentage.From(80) };
        var asked = (await world.Changes.AskAsync(FlagChange.Edit(Key, "production", setting.Version, more), "more", letAhead: false, world.Manager, None)).Accepted();
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Service.EditAsync(Key, "production", setting.Version, FlagSettings.Of(setting) with { Percentage = Percentage.From(20) }, "", default, world.Manager, None)).Accepted();

        (await world.Requests.FindAsync(asked.Id, None))!.IsVoid.ShouldBeTrue();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("change_request_void");
        var renewed = (await world.Changes.ReviseAsync(asked.Id, 2, setting.Version + 1, more, enabled: true, "more", letAhead: false, world.Manager, None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("approvals_missing");
        (await world.Changes.ApproveAsync(asked.Id, renewed.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, null, world.Manager, None)).Refusal!.Code.ShouldBe("confirmation_missing");
        (await world.Changes.ApplyAsync(asked.Id, "production", Person(Role.ProductManager), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted().Setting!.Percentage.ShouldBe(Percentage.From(80));
        world.Snapshots.Find("production")!.TryFind(Key, out var compiled).ShouldBeTrue();
        compiled!.Setting.Percentage.ShouldBe(Percentage.From(80));
        (await world.Changes.CloseAsync(asked.Id, "", world.Manager, None)).Refusal!.Code.ShouldBe("change_request_over");
        (await world.EventsAsync()).Where(row => row.SubjectKind == ChangeRequestSubject.Kind && row.SubjectId == asked.Id.ToString()).Select(row => row.Type)
            .ShouldBe(["Flags.ChangeRequested", "Flags.ChangeApproved", "Flags.ChangeRequestRevised", "Flags.ChangeApproved", "Flags.ChangeApplied"]);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Other_values_are_approved_where_users_would_get_them_and_void_once_the_flag_is_another(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind, Approving(needed: 1));
        var flag = await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        await LaunchAsync(world);
        var values = DefinitionChange.Variants(Key, flag.Version, [new(Variant.On, JsonValue.True, new Dictionary<string, JsonValue> { ["tone"] = JsonValue.True }.ToImmutableSortedDictionary()), new(Variant.Off, JsonValue.False)], []);
        (await world.Definitions.MakeAsync(values, "tone", "production", world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
        var files = new FlagsAsCode(world.Store, world.Snapshots, world.Queries, new SegmentQueries(world.Store), Approving(needed: 1));
        var document = FlagsAsCode.Read($"flags:\n  {Key}:\n    variants: {{on: true, off: false}}\n    payloads: {{on: {{tone: true}}}}\n", null).Accepted();
        var waiting = (await files.ApplyAsync(document, "x", Consent, world.Manager, None)).Accepted().Waiting.ShouldHaveSingleItem();
        (waiting.Environment, waiting.WaitedBefore, waiting.Differences.Single().Waits).ShouldBe(("production", false, true));
        (await files.ApplyAsync(document, "x", Consent, world.Manager, None)).Accepted().Waiting.ShouldHaveSingleItem().ShouldSatisfyAllConditions(again => again.Id.ShouldBe(waiting.Id), again => again.WaitedBefore.ShouldBeTrue());
        (await world.Changes.AskAsync(DefinitionChange.Variants(Key, flag.Version, [.. flag.Variants, new("blue", JsonValue.True)], []), "one more", world.Manager, None)).Refusal!.Code.ShouldBe("approval_not_needed");

        var voided = (await world.Changes.AskAsync(values, "tone", world.Manager, None)).Accepted();
        (await world.Service.DescribeAsync(Key, flag.Version, new FlagDescription(Key, "Views", FlagKind.Release), "", world.Manager, None)).Accepted();
        (await world.Requests.FindAsync(voided.Id, None))!.IsVoid.ShouldBeTrue();
        (await world.Changes.ApproveAsync(voided.Id, voided.Hash, Person(Role.EngineeringLead), None)).Refusal!.Code.ShouldBe("change_request_void");
        var asked = (await world.Changes.RenewAsync(voided.Id, 1, world.Manager, None)).Accepted();
        asked.Hash.ShouldNotBe(voided.Hash);
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("approvals_missing");
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, null, world.Manager, None)).Refusal!.Code.ShouldBe("confirmation_missing");
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted();
        (await world.Queries.FindViewAsync(Key, None))!.Flag.Variant(Variant.On)!.Payload!.ShouldContainKey("tone");
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Refusal!.Code.ShouldBe("change_request_over");
        // Taking it back reaches the same users.
        var change = (await world.EventsAsync()).Single(row => row.Type == "Flags.FlagVariantsChanged");
        (await world.Definitions.MakeAsync(DefinitionChange.Revert(Key, change).Accepted(), "x", "production", world.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
    }

    [Fact]
    public async Task Over_the_api_a_change_is_asked_for_approved_by_another_person_and_carried_out()
    {
        await using var server = await FlagServer.StartAsync();
        var written = DefaultProcess.Source.Replace("    production: true\n", "    production: true\n    approval: {needed: 1, of: [engineering_lead]}\n", StringComparison.Ordinal);
        (await server.Server.Get<ProcessService>().ApplyAsync(written, 1, Person(Role.ReleaseManager), None)).Accepted();
        await Wait.UntilAsync(() => Task.FromResult(server.Server.Get<IProcessCatalog>().Current.Number == 2));
        await server.GivenAsync("views", environment: "staging");
        using var manager = await server.Server.ClientAsync(Role.ReleaseManager);
        using var lead = await server.Server.ClientAsync(Role.EngineeringLead);
        const string Switches = "/api/flags/views/environments/production/switches";
        (await SendAsync(manager, Switches, """{"on":true,"reason":"launch","confirmation":"production"}""")).Code.ShouldBe("approval_needed");
        (await SendAsync(manager, Switches, """{"on":false,"ask":true}""")).Code.ShouldBe("nothing_changes");
        var asked = await SendAsync(manager, Switches, """{"on":true,"reason":"launch","ask":true}""");
        asked.Status.ShouldBe(HttpStatusCode.Accepted);
        var path = "/api/change-requests/" + asked.Json.GetProperty("id").GetString();
        var hash = asked.Json.GetProperty("hash").GetString();
        (await SendAsync(manager, path + "/approvals", $$"""{"hash":"{{hash}}"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(lead, path + "/approvals", """{"hash":"0"}""")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(manager, path + "/applications", """{"confirmation":"production"}""")).Code.ShouldBe("approvals_missing");
        (await SendAsync(lead, path + "/approvals", $$"""{"hash":"{{hash}}"}""")).Json.GetProperty("approvals").GetArrayLength().ShouldBe(1);
        (await SendAsync(manager, path + "/applications", """{"confirmation":"production"}""")).Json.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await lead.GetFromJsonAsync<JsonElement>("/api/change-requests")).EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("applied");

        // A file asks by itself, and says what it did.
        await server.GivenAsync("filed", on: false, environment: "staging");
        var file = JsonSerializer.Serialize(new { text = "flags: {filed: {environments: {staging: {enabled: true}, production: {enabled: true}}}}", reason = "as code" });
        (await SendAsync(manager, "/api/flag-files/differences", file)).Json.EnumerateArray().Select(difference => difference.GetProperty("waits").GetBoolean()).ShouldBe([false, true]);
        var imported = await SendAsync(manager, "/api/flag-files", file);
        imported.Status.ShouldBe(HttpStatusCode.Accepted);
        imported.Json.GetProperty("applied").EnumerateArray().ShouldHaveSingleItem().GetProperty("place").GetString().ShouldBe("flags.filed.staging.enabled");
        var waiting = imported.Json.GetProperty("waiting").EnumerateArray().ShouldHaveSingleItem();
        waiting.GetProperty("page").GetString().ShouldBe("/change-requests/" + waiting.GetProperty("id").GetString());
        (await lead.GetFromJsonAsync<JsonElement>("/api" + waiting.GetProperty("page").GetString())).GetProperty("reason").GetString().ShouldBe("as code");
    }

    /// <summary>The process, with this many approvals needed for production.</summary>
    internal static IProcessCatalog Approving(int needed)
    {
        var document = DefaultProcess.Document;
        var guarded = new ApprovalRule(needed, [Role.EngineeringLead, Role.DevOpsEngineer]);
        document = document with { Environments = [.. document.Environments.Select(environment => environment.IsProduction ? environment with { Approval = guarded } : environment)] };
        return new Process.FixedProcessCatalog { Current = new Process.FixedProcessCatalog().Current with { Document = document } };
    }

    internal static TargetEnvironment Production(IProcessCatalog process) => process.Current.Document.FindEnvironment("production")!;

    private static FlagsAsCode Files(FlagWorld world) => new(world.Store, world.Snapshots, world.Queries, new SegmentQueries(world.Store), Approving(needed: 1));

    private static Athena.Dashboard.Flags.Domain.AsCode.FlagDocument Read(string yaml) => FlagsAsCode.Read(yaml, null).Accepted();

    /// <summary>Switches on in production by a request that was approved.</summary>
    private static async Task LaunchAsync(FlagWorld world, Func<FlagSettings, FlagSettings>? edit = null, string key = Key, bool letAhead = false)
    {
        var setting = (await world.Queries.FindViewAsync(key, None))!.In("production")!;
        var settings = (edit ?? (same => same))(FlagSettings.Of(setting));
        var asked = (await world.Changes.AskAsync(FlagChange.Put(key, "production", setting.Version, settings, enabled: true), "launch", letAhead, world.Manager, None)).Accepted();
        (await world.Changes.ApproveAsync(asked.Id, asked.Hash, Person(Role.EngineeringLead), None)).Accepted();
        (await world.Changes.ApplyAsync(asked.Id, "production", world.Manager, None)).Accepted();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json, string? Code)> SendAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, content);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, json, json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}
