namespace Athena.Dashboard.Audit;

/// <summary>Who did what, when, from where: a reader of the event log, which every slice writes.</summary>
public static class AuditSlice
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditQueries>();

    public static void MapAudit(this IEndpointRouteBuilder routes) => AuditEndpoints.Map(routes);
}
