using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Notes.Storage;

internal sealed class NotesDraftConfiguration : IEntityTypeConfiguration<NotesDraft>
{
    public void Configure(EntityTypeBuilder<NotesDraft> builder)
    {
        builder.ToTable("notes_drafts");
        builder.HasKey(draft => draft.Release);
        builder.Property(draft => draft.Approvals).HasJsonConversion();
        builder.Property(draft => draft.Voided).HasJsonConversion();
        builder.Property(draft => draft.ChangedSinceApproval).HasJsonConversion();
        builder.Ignore(draft => draft.MissingApprovals);
    }
}

internal sealed class NotesRevisionConfiguration : IEntityTypeConfiguration<NotesRevision>
{
    public void Configure(EntityTypeBuilder<NotesRevision> builder)
    {
        builder.ToTable("notes_revisions");
        builder.HasKey(revision => new { revision.Release, revision.Number });
        builder.HasOne<NotesDraft>().WithMany().HasForeignKey(revision => revision.Release).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PublishedNotesConfiguration : IEntityTypeConfiguration<PublishedNotes>
{
    public void Configure(EntityTypeBuilder<PublishedNotes> builder)
    {
        builder.ToTable("notes_published");
        builder.HasKey(notes => notes.Release);
        builder.HasOne<NotesDraft>().WithOne().HasForeignKey<PublishedNotes>(notes => notes.Release).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class NotesCommentConfiguration : IEntityTypeConfiguration<NotesComment>
{
    public void Configure(EntityTypeBuilder<NotesComment> builder)
    {
        builder.ToTable("notes_comments");
        builder.HasKey(comment => comment.Id);
        builder.Property(comment => comment.Id).ValueGeneratedNever();
        builder.Property(comment => comment.Text).HasMaxLength(NotesComment.LongestText);
        builder.HasIndex(comment => comment.Release);
        builder.HasOne<NotesDraft>().WithMany().HasForeignKey(comment => comment.Release).OnDelete(DeleteBehavior.Cascade);
    }
}
