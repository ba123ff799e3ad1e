using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The roles with how much each of them owns.</summary>
public sealed partial class RolesSection
{
    [Parameter, EditorRequired]
    public required ProcessDocument Document { get; set; }

    private static string Figure(int count) => count == 0 ? "–" : count.ToString(CultureInfo.InvariantCulture);

    private int GateItems(Role role) => Document.GateSets.SelectMany(set => set.Items).Count(item => item.Owners.Contains(role));

    private int TimelineItems(Role role) => Document.Communication.SelectMany(moment => moment.Items).Count(item => item.Owner == role);
}
