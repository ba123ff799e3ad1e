using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>Title, owner, user value and known issues of a release.</summary>
public sealed partial class EditReleaseDialog
{
    private readonly List<EditedIssue> issues = [];
    private ModalDialog dialog = default!;
    private IReadOnlyList<Option<Guid>> owners = [];
    private Refusal? refusal;
    private string? title;
    private Guid owner;
    private string? userValue;
    private long version;

    /// <summary>The release as it is now.</summary>
    [Parameter, EditorRequired]
    public required Release Release { get; set; }

    [Inject]
    private ReleaseQueries Queries { get; set; } = default!;

    [Inject]
    private ReleaseService Releases { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    public async Task OpenAsync()
    {
        (refusal, title, owner, userValue, version) = (null, Release.Title, Release.OwnerId, Release.UserValue, Release.Version);
        issues.Clear();
        issues.AddRange(Release.KnownIssues.Select(issue => new EditedIssue { Text = issue.Text, Link = issue.Link }));
        var options = (await People.ListAsync()).Select(person => new Option<Guid>(person.Id, person.Name)).ToList();
        // An owner whose account was disabled meanwhile is still shown.
        if (options.All(option => option.Value != owner)) options.Add(new Option<Guid>(owner, Release.OwnerName));
        owners = options;
        await dialog.OpenAsync();
    }

    private string? ErrorOf(string place) => FieldErrors.Of(refusal, place);

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var edit = new ReleaseEdit(
            title,
            owner == Release.OwnerId ? null : owner,
            userValue,
            [.. issues.Select(issue => new KnownIssue(issue.Text ?? "", issue.Link))]);
        var saved = await Releases.EditAsync(Release.Semver, version, edit, await Current.GetAsync(), default);
        if (saved.Refusal is not { } refused)
        {
            await dialog.CloseAsync();
            return null;
        }

        // What was typed stays; the next press answers to the release as it is now.
        if (refused.Kind == RefusalKind.Stale) version = (await Queries.FindDetailsAsync(Release.Semver, default))!.Release.Version;
        return refused;
    }

    private sealed class EditedIssue
    {
        public string? Text { get; set; }

        public string? Link { get; set; }
    }
}
