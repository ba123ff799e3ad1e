namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// Says when those who keep something open on behalf of a session or a key have to look whether it is still good: after
/// every change of people and keys, and every second, because sessions and keys also end by themselves.
/// </summary>
internal sealed class SessionWatch : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly PersonDirectory people;
    private readonly KeyRing keys;
    private readonly TimeProvider clock;

    public SessionWatch(PersonDirectory people, KeyRing keys, TimeProvider clock)
    {
        (this.people, this.keys, this.clock) = (people, keys, clock);
        people.Changed += LookNow;
        keys.Changed += LookNow;
    }

    public event EventHandler? Look;

    public override void Dispose()
    {
        people.Changed -= LookNow;
        keys.Changed -= LookNow;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            keys.TellOfExpired();
            LookNow(this, EventArgs.Empty);
        }
    }

    private void LookNow(object? sender, EventArgs e) => Look?.Invoke(this, EventArgs.Empty);
}
