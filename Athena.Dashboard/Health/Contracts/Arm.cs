namespace Athena.Dashboard.Health.Contracts;

/// <summary>Which side of a rollout a request was on, as the evaluation's metadata said.</summary>
public enum Arm
{
    /// <summary>Got the new behaviour.</summary>
    Exposed,

    /// <summary>Passes the flag's conditions and was held back by the percentage.</summary>
    Control,

    /// <summary>Not eligible. Counted for reports; no rule looks at it.</summary>
    Outside,
}
