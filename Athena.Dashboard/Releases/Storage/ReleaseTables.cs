using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Releases.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Releases.Storage;

internal sealed class ReleaseConfiguration : IEntityTypeConfiguration<Release>
{
    public void Configure(EntityTypeBuilder<Release> builder)
    {
        builder.ToTable("releases_releases");
        builder.HasKey(release => release.Semver);
        builder.Property(release => release.KnownIssues).HasJsonConversion();
        builder.HasIndex(release => new { release.State, release.TargetDate });
    }
}

/// <summary>
/// Something that another slice has to do because of a release, written with the release itself and carried out after
/// the commit: a kill in between loses nothing.
/// </summary>
public sealed class ReleaseIntent
{
    /// <summary>Also the operation id of the command.</summary>
    public required Guid Id { get; init; }

    public required string Semver { get; init; }

    public required ReleaseIntentKind Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<ReleaseIntent>
    {
        public void Configure(EntityTypeBuilder<ReleaseIntent> builder)
        {
            builder.ToTable("releases_intents");
            builder.HasKey(intent => intent.Id);
            builder.Property(intent => intent.Id).ValueGeneratedNever();
            builder.HasIndex(intent => intent.CreatedAt);
        }
    }
}

public enum ReleaseIntentKind
{
    OpenGates,
    MoveGates,
    CloseGates,
}

/// <summary>A command of another slice that was carried out, remembered so that its repetition changes nothing.</summary>
public sealed class ReleaseOperation
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<ReleaseOperation>
    {
        public void Configure(EntityTypeBuilder<ReleaseOperation> builder)
        {
            builder.ToTable("releases_operations");
            builder.HasKey(operation => operation.Id);
            builder.Property(operation => operation.Id).ValueGeneratedNever();
        }
    }
}
