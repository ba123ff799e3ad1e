using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Identity;

public sealed class KeyTests
{
    [OnBothDatabases]
    [Theory]
    public async Task A_key_works_from_its_making_to_its_revocation(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        using var admin = await server.ClientAsync(Role.Administrator);
        var made = await admin.PostAsJsonAsync("/api/keys", new { name = "reader", scopes = new[] { "read" } });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var issued = await made.Content.ReadFromJsonAsync<JsonElement>();
        var key = issued.GetProperty("key").GetString()!;

        using var program = server.CreateClient();
        program.DefaultRequestHeaders.Add("X-API-Key", key);
        (await program.GetFromJsonAsync<JsonElement>("/api/me")).GetProperty("name").GetString().ShouldBe("reader");
        var listed = (await admin.GetFromJsonAsync<JsonElement>("/api/keys")).EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("lastUsedAt").ValueKind.ShouldBe(JsonValueKind.String);
        listed.GetRawText().ShouldNotContain(key);
        var row = await server.Get<Store>().ReadAsync((db, token) => db.Set<ApiKey>().SingleAsync(token), default);
        key.ShouldStartWith(row.Prefix);
        Convert.ToHexString(row.Hash).ShouldNotContain(key);

        (await admin.PostAsync($"/api/keys/{issued.GetProperty("id").GetGuid()}/revocations", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var refused = await program.GetAsync("/api/me");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("key_revoked");
    }

    [Fact]
    public async Task A_key_ends_when_it_expires()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        using var program = server.CreateClient();
        program.DefaultRequestHeaders.Add("X-API-Key", await server.KeyAsync("read", expiresAt: clock.GetUtcNow().AddHours(1)));
        (await program.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.JumpWallClock(TimeSpan.FromHours(1));
        var refused = await program.GetAsync("/api/me");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("key_expired");
    }

    [Theory]
    [InlineData("nonsense", "key_malformed")]
    [InlineData("athena_0000000000000000000000000000000000000000000", "key_unknown")]
    [InlineData("athena_000000000000000000000000000000000000000000!", "key_malformed")]
    [InlineData("athena_00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", "key_malformed")]
    [InlineData("\u00e9", "key_malformed")]
    [InlineData("", "not_signed_in")]
    public async Task A_wrong_key_is_refused_as_a_problem(string key, string code)
    {
        await using var server = await AthenaServer.StartAsync();
        using var program = server.CreateClient();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + Uri.EscapeDataString(key));
        var answer = await program.GetAsync("/api/me");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_key_without_the_permission_is_told_who_has_it()
    {
        await using var server = await AthenaServer.StartAsync();
        using var program = await server.KeyClientAsync("flags:evaluate");
        var answer = await program.GetAsync("/api/people");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("title").GetString().ShouldBe("flags:evaluate lacks the permission ManagePeople.");
        problem.GetProperty("whoCan")[0].GetString().ShouldBe("Administrator");
    }

    [Fact]
    public void Everything_wrong_with_a_key_is_said_at_once()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var request = new KeyRequest(" ", ["flags:evaluate", "everything"], "Prod!", now);
        KeyRules.Check(request, ["production"], now).Select(item => item.Place).ShouldBe(["name", "scopes", "environment", "expiresAt"]);
        KeyRules.Check(new KeyRequest("app", ["flags:evaluate"], null, null), [], now).ShouldHaveSingleItem().Place.ShouldBe("environment");
        KeyRules.Check(new KeyRequest("app", ["flags:evaluate"], "production", now.AddDays(1)), ["production"], now).ShouldBeEmpty();
        KeyRules.Check(new KeyRequest("ops", ["admin"], null, null), ["production"], now).ShouldBeEmpty();
    }

    [Fact]
    public async Task Checking_a_key_reads_no_database_and_allocates_nothing()
    {
        await using var server = await AthenaServer.StartAsync();
        var key = await server.KeyAsync("flags:evaluate");
        var ring = server.Get<KeyRing>();
        ring.Find(key).ShouldNotBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) ring.Find(key);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_made_by_another_process_works_at_once()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await AthenaServer.StartAsync(database);
        var fresh = FreshKey.Make();
        await using (var db = new Contexts(Microsoft.Extensions.Options.Options.Create(database.Options)).CreateDbContext())
        {
            db.Add(new ApiKey { Id = Guid.CreateVersion7(), Name = "x", Prefix = fresh.Prefix, Hash = fresh.Hash, Scopes = ["read"], CreatedBy = "operator", CreatedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        using var program = server.CreateClient();
        program.DefaultRequestHeaders.Add("X-API-Key", fresh.Text);
        await Wait.UntilAsync(async () => (await program.GetAsync("/api/me")).StatusCode == HttpStatusCode.OK);
    }
}
