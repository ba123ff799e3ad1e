namespace Athena.Dashboard.Platform.Ui;

/// <summary>Says changes to those who do not see them (scoped to the circuit); <see cref="LiveRegion"/> speaks.</summary>
public sealed class Announcer
{
    public string Polite { get; private set; } = "";

    public string Urgent { get; private set; } = "";

    public event Action? Changed;

    /// <param name="urgent">Interrupts: only for a blocked gate or a rollback.</param>
    public void Say(string text, bool urgent = false)
    {
        if (urgent) Urgent = text;
        else Polite = text;
        Changed?.Invoke();
    }
}
