using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Notes;

/// <summary>Release notes: written, approved, published.</summary>
public static class NotesSlice
{
    public static IServiceCollection AddNotes(this IServiceCollection services)
    {
        services.AddSingleton<NoteService>();
        services.AddSingleton<NoteComments>();
        services.AddSingleton<NoteQueries>();
        services.AddSingleton<INotesLookup>(provider => provider.GetRequiredService<NoteQueries>());
        services.AddSingleton<IGateCheck, NotesApprovedCheck>();
        services.AddSingleton<IRollbackStep, NotesRollbackStep>();
        services.AddEventConsumer<RollbackCorrections>();
        return services;
    }

    public static void MapNotes(this IEndpointRouteBuilder routes) => routes.MapNoteEndpoints();
}
