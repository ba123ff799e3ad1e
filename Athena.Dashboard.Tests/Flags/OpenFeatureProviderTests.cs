using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;
using static Athena.Dashboard.Tests.Flags.OpenFeatureClient;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>OpenFeature's own providers from npm, unmodified, against the running server.</summary>
public sealed class OpenFeatureProviderTests(SharedFlagServer shared) : IClassFixture<SharedFlagServer>
{
    private static readonly FlagSettings Everybody = new([], Percentage.Hundred, []);
    private static readonly Guid Rollout = Guid.CreateVersion7(Now);
    private readonly FlagServer server = shared.Flags;

    [Theory]
    [InlineData("server", "Authorization: Bearer ")]
    [InlineData("server", "X-API-Key: ")]
    [InlineData("web", "Authorization: Bearer ")]
    [InlineData("web", "X-API-Key: ")]
    public async Task An_application_sees_values_reasons_metadata_and_errors(string sdk, string header)
    {
        JsonValue.TryParse("""{"columns":3}""", out var wide).ShouldBeTrue();
        JsonValue.TryParse("""{"columns":1}""", out var narrow).ShouldBeTrue();
        await server.GivenAsync("on");
        await server.GivenAsync("off", on: false);
        await server.GivenAsync("admins", Everybody with { Conditions = [Is("userRole", "admin")] });
        await server.GivenAsync("split", Everybody with { Percentage = Percentage.From(50) });
        await server.GivenAsync("layout", variants: [new(Variant.On, wide), new(Variant.Off, narrow)]);
        var rolling = $"rolling-{sdk}-{header.Length}";
        await server.GivenAsync(rolling, on: false);
        await server.ClaimAsync(rolling, Rollout);
        await using var client = Start(sdk, server.Server.Address, header + await server.KeyAsync());

        var round = await client.AskAsync(
            new { targetingKey = "user-1", userRole = "admin" },
            new("on", "boolean", false),
            // The application's own default is true: switched off means off all the same.
            new("off", "boolean", true),
            new("admins", "boolean", false),
            new("split", "boolean", false),
            new("layout", "object", new { }),
            new(rolling, "boolean", false),
            new("nowhere", "boolean", true),
            new("on", "string", "mine"));
        var (on, off, admins, split, layout) = (round.Answers[0], round.Answers[1], round.Answers[2], round.Answers[3], round.Answers[4]);
        (on.Value.GetBoolean(), on.Reason, on.Variant, on.ErrorCode).ShouldBe((true, "STATIC", "on", null));
        (off.Value.GetBoolean(), off.Reason, off.Variant, off.ErrorCode).ShouldBe((false, "DISABLED", "off", null));
        (admins.Value.GetBoolean(), admins.Reason).ShouldBe((true, "TARGETING_MATCH"));
        split.Reason.ShouldBe("SPLIT");
        layout.Value.GetProperty("columns").GetInt32().ShouldBe(3);
        round.Answers[5].Metadata!["rolloutId"].GetGuid().ShouldBe(Rollout);
        round.Answers[5].Metadata!["arm"].GetString().ShouldBe(FlagMetadata.Control);
        (round.Answers[6].Value.GetBoolean(), round.Answers[6].ErrorCode).ShouldBe((true, "FLAG_NOT_FOUND"));
        (round.Answers[7].Value.GetString(), round.Answers[7].ErrorCode).ShouldBe(("mine", "TYPE_MISMATCH"));
        round.Ready.ShouldBeTrue();
    }

    [Theory]
    [InlineData("server")]
    [InlineData("web")]
    public async Task A_missing_targeting_key_is_understood_as_such(string sdk)
    {
        await server.GivenAsync("on");
        await server.GivenAsync("split", Everybody with { Percentage = Percentage.From(50) });
        await using var client = Start(sdk, server.Server.Address, "Authorization: Bearer " + await server.KeyAsync());
        var round = await client.AskAsync(new { userRole = "admin" }, new("on", "boolean", false), new("split", "boolean", true));
        round.Answers[0].Value.GetBoolean().ShouldBeTrue();
        (round.Answers[1].Value.GetBoolean(), round.Answers[1].ErrorCode).ShouldBe((true, "TARGETING_KEY_MISSING"));
    }

    [Fact]
    public async Task The_web_provider_never_gets_the_answer_of_another_role_from_its_cache()
    {
        await server.GivenAsync("admins", Everybody with { Conditions = [Is("userRole", "admin")] });
        await using var client = Start("web", server.Server.Address, "Authorization: Bearer " + await server.KeyAsync());
        var question = new Question("admins", "boolean", false);
        (await client.AskAsync(new { targetingKey = "u", userRole = "admin" }, question)).Answers[0].Value.GetBoolean().ShouldBeTrue();
        // The provider keeps its tag, because the targetingKey is the same.
        var guest = await client.AskAsync(new { targetingKey = "u", userRole = "guest" }, question);
        guest.Statuses.ShouldBe([200]);
        guest.Answers[0].Value.GetBoolean().ShouldBeFalse();
        var still = await client.AskAsync(new { targetingKey = "u", userRole = "guest", page = "other" }, question);
        still.Statuses.ShouldBe([304]);
        still.Answers[0].Value.GetBoolean().ShouldBeFalse();
        await server.GivenAsync("admins", on: false);
        var off = await client.AskAsync(new { targetingKey = "u", userRole = "admin" }, question);
        (off.Answers[0].Value.GetBoolean(), off.Answers[0].Reason).ShouldBe((false, "DISABLED"));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("web")]
    public async Task A_wrong_key_leaves_the_application_with_its_own_defaults(string sdk)
    {
        await server.GivenAsync("on");
        await using var client = Start(sdk, server.Server.Address, "Authorization: Bearer wrong");
        var round = await client.AskAsync(new { targetingKey = "u" }, new Question("on", "boolean", false));
        round.Answers[0].Value.GetBoolean().ShouldBeFalse();
        round.Answers[0].ErrorCode.ShouldNotBeNull();
        round.Statuses.ShouldAllBe(status => status == 401);
    }

    [Fact]
    public async Task The_web_provider_learns_of_a_change_by_its_stream()
    {
        await using var own = await FlagServer.StartAsync();
        await own.GivenAsync("views");
        await using var client = Start("web", own.Server.Address, "Authorization: Bearer " + await own.KeyAsync(), stream: true);
        var question = new Question("views", "boolean", false);
        (await client.AskAsync(new { targetingKey = "u" }, question)).Answers[0].Value.GetBoolean().ShouldBeTrue();
        await own.GivenAsync("views", on: false);
        (await client.ChangeAsync()).ShouldContain("views");
        var told = await client.AskAsync(new { targetingKey = "u" }, question);
        (told.Answers[0].Value.GetBoolean(), told.Answers[0].Reason).ShouldBe((false, "DISABLED"));
    }
}
