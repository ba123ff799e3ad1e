namespace Athena.Dashboard.Platform.Ui;

public enum ButtonKind
{
    Secondary,

    /// <summary>The one thing that the page is for; at most one is in sight.</summary>
    Primary,

    /// <summary>Leads to harm or takes something away; red text.</summary>
    Danger,

    /// <summary>The last press before it happens; red ground.</summary>
    DangerSolid,

    /// <summary>No frame until pointed at.</summary>
    Quiet,
}

internal static class ButtonKinds
{
    public static string Css(this ButtonKind kind, bool small, bool iconOnly) => "button" + kind switch
    {
        ButtonKind.Primary => " button-primary",
        ButtonKind.Danger => " button-danger",
        ButtonKind.DangerSolid => " button-danger button-solid",
        ButtonKind.Quiet => " button-quiet",
        _ => "",
    } + (small ? " button-small" : "") + (iconOnly ? " button-icon" : "");
}
