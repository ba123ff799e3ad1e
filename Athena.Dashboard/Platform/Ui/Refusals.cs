using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// Every refusal that a command given on one open page met (scoped to its circuit). Buttons and toasts tell it; a page
/// that gives a command in another way tells it itself. Who keeps a record of refusals listens.
/// </summary>
public sealed class Refusals
{
    public event Action<Refusal>? Met;

    public void Tell(Refusal refusal) => Met?.Invoke(refusal);
}
