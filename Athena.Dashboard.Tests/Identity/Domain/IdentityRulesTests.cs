using System.Text;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Tests.Identity.Domain;

public sealed class IdentityRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LockRule Rule = new(3, TimeSpan.FromMinutes(15));

    [Theory]
    [InlineData("four mild winters ago", true)]
    [InlineData("correct horse battery staple", true)]
    [InlineData("ffffffffffffff", false)]
    [InlineData("123456789012", false)]
    [InlineData("Password2025!!", false)]
    [InlineData("qwertyuiopas", false)]
    [InlineData("AdminAdmin1234", false)]
    [InlineData("maria.release!", false)]
    [InlineData("tooshort", false)]
    [InlineData(null, false)]
    public void A_password_has_to_be_long_and_not_the_first_that_one_tries(string? password, bool good) =>
        PasswordRules.Check(password, "maria@release.example", "Maria").IsEmpty.ShouldBe(good);

    [Fact]
    public void A_password_may_be_long_and_in_any_script()
    {
        PasswordRules.Check("пароль не для всех").ShouldBeEmpty();
        PasswordRules.Check(new string('x', 60) + "and some words that follow").ShouldBeEmpty();
        PasswordRules.Check(string.Concat(Enumerable.Repeat("abcde fghij ", 20))).ShouldHaveSingleItem().Message.ShouldBe("is too long");
    }

    [Fact]
    public void Wrong_tries_lock_for_a_while_and_then_count_afresh()
    {
        var tries = new TryCount(0, null);
        for (var i = 0; i < 2; i++) tries = tries.Fail(Rule, Now);
        tries.IsLocked(Now).ShouldBeFalse();
        tries = tries.Fail(Rule, Now);
        tries.IsLocked(Now + TimeSpan.FromMinutes(14)).ShouldBeTrue();
        tries.IsLocked(Now + TimeSpan.FromMinutes(15)).ShouldBeFalse();
        tries.Fail(Rule, Now + TimeSpan.FromMinutes(16)).IsLocked(Now + TimeSpan.FromMinutes(16)).ShouldBeFalse();
    }

    [Fact]
    public void The_right_password_opens_neither_a_locked_nor_a_disabled_account()
    {
        SignInRules.Judge(new TryCount(0, null), isDisabled: false, isProven: true, Now).ShouldBeNull();
        SignInRules.Judge(new TryCount(0, Now.AddMinutes(1)), isDisabled: false, isProven: true, Now).ShouldBe(SignInFailure.LockedOut);
        SignInRules.Judge(new TryCount(0, null), isDisabled: true, isProven: true, Now).ShouldBe(SignInFailure.Disabled);
        SignInRules.Judge(new TryCount(0, null), isDisabled: false, isProven: false, Now).ShouldBe(SignInFailure.WrongPassword);
    }

    // RFC 6238, appendix B, cut to six digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        OneTimeCode.At(Encoding.ASCII.GetBytes("12345678901234567890"), seconds / 30).ShouldBe(code);

    [Fact]
    public void A_code_of_the_neighbouring_step_counts_and_a_used_one_does_not()
    {
        var secret = Encoding.ASCII.GetBytes("12345678901234567890");
        var step = Now.ToUnixTimeSeconds() / 30;
        OneTimeCode.StepOf(secret, OneTimeCode.At(secret, step - 1), Now, 0).ShouldBe(step - 1);
        OneTimeCode.StepOf(secret, OneTimeCode.At(secret, step + 1), Now, 0).ShouldBe(step + 1);
        OneTimeCode.StepOf(secret, OneTimeCode.At(secret, step - 2), Now, 0).ShouldBeNull();
        OneTimeCode.StepOf(secret, OneTimeCode.At(secret, step), Now, step).ShouldBeNull();
        OneTimeCode.ToText(secret).ShouldBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    [Theory]
    [InlineData("someone@example.org", true)]
    [InlineData("some one@example.org", false)]
    [InlineData("<script>@example.org", false)]
    [InlineData("a@b@c", false)]
    [InlineData("nowhere", false)]
    public void An_address_has_to_look_like_one(string email, bool good) => PersonRules.CheckEmail(email).IsEmpty.ShouldBe(good);

    [Fact]
    public void No_scope_but_admin_may_manage_people()
    {
        foreach (var scope in KeyScopes.All) KeyScopes.Permissions([scope]).Contains(Permission.ManagePeople).ShouldBe(scope == KeyScopes.Admin, scope);
        KeyScopes.Permissions(["everything"]).ShouldBeEmpty();
    }
}
