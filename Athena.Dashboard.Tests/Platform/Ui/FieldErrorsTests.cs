using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Shouldly;
using Xunit;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class FieldErrorsTests
{
    private static readonly Refusal Refused = Refusal.Invalid(
        "person_invalid",
        "This person cannot be added.",
        new RefusalItem("name", "is missing"),
        new RefusalItem("roles", "are missing", Expected: "at least one"),
        new RefusalItem("email", "is too long"),
        new RefusalItem("email", "is not an address", "@", "name@example.org"));

    [Fact]
    public void Each_reason_stands_at_the_field_that_it_names()
    {
        FieldErrors.Of(Refused, "name").ShouldBe("This is missing.");
        FieldErrors.Of(Refused, "roles").ShouldBe("These are missing. Expected: at least one.");
        FieldErrors.Of(Refused, "email").ShouldBe("This is too long. This is not an address. Expected: name@example.org.");
        FieldErrors.Of(Refused, "zone").ShouldBeNull();
    }

    [Fact]
    public void A_refusal_that_is_not_about_input_stands_at_no_field()
    {
        FieldErrors.Of(null, "name").ShouldBeNull();
        FieldErrors.Of(Refused with { Kind = RefusalKind.Conflict }, "name").ShouldBeNull();
    }
}
