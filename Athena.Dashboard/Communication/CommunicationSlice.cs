using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Communication;

/// <summary>What is said and done around a release, and the way out for mail.</summary>
public static class CommunicationSlice
{
    public static IServiceCollection AddCommunication(this IServiceCollection services)
    {
        services.AddCheckedOptions<MailOptions>(MailOptions.Section);
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<SmtpMail>();
        services.AddSingleton<RecipientLists>();
        services.AddSingleton<MessageComposer>();
        services.AddSingleton<CommunicationPlanner>();
        services.AddSingleton<IDateMove>(provider => provider.GetRequiredService<CommunicationPlanner>());
        services.AddSingleton<CommunicationService>();
        services.AddSingleton<MessageService>();
        services.AddSingleton<CommunicationQueries>();
        services.AddSingleton<DirectMail>();
        services.AddSingleton<IRollbackStep, MessagesRollbackStep>();
        services.AddEventConsumer<CommunicationConsumer>();
        services.AddSingleton<Outbox>();
        services.AddHostedService<OutboxWorker>();
        return services;
    }

    public static void MapCommunication(this IEndpointRouteBuilder routes) => routes.MapCommunicationEndpoints();
}
