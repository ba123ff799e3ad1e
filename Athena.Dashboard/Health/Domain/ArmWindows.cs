using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>The counts that rules look at: those of the two arms that are compared.</summary>
public sealed class ArmWindows
{
    public Ladder Exposed { get; } = new();

    public Ladder Control { get; } = new();

    /// <summary>Null for an arm that no rule looks at.</summary>
    public Ladder? Of(Arm arm) => arm switch
    {
        Arm.Exposed => Exposed,
        Arm.Control => Control,
        _ => null,
    };

    public void Add(HealthBatch batch)
    {
        if (batch.Exposed is not null) Exposed.Add(batch.To, batch.Exposed);
        if (batch.Control is not null) Control.Add(batch.To, batch.Control);
    }

    /// <summary>See <see cref="Ladder.Newest"/>.</summary>
    public DateTimeOffset Newest => Exposed.Newest > Control.Newest ? Exposed.Newest : Control.Newest;

    public void ForgetAfter(DateTimeOffset instant)
    {
        Exposed.ForgetAfter(instant);
        Control.ForgetAfter(instant);
    }

    /// <summary>Undoes <see cref="Add"/>.</summary>
    public void TakeOut(HealthBatch batch)
    {
        if (batch.Exposed is not null) Exposed.Add(batch.To, batch.Exposed.Negative());
        if (batch.Control is not null) Control.Add(batch.To, batch.Control.Negative());
    }
}
