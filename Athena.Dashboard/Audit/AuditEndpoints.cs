using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Audit;

internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapApi("/api/audit", Permission.See).MapGet("/", ReadAsync);

    private static async Task<IResult> ReadAsync([AsParameters] Question question, AuditQueries queries, ICurrentActor current, CancellationToken cancellationToken)
    {
        if (question.Take is < 1 or > AuditQueries.MostTaken)
        {
            return Refusal.Invalid("audit_invalid", "This cannot be asked.", new RefusalItem("take", "is out of range", FormattableString.Invariant($"{question.Take}"), $"1 to {AuditQueries.MostTaken}"))
                .ToResult();
        }

        var filter = new AuditFilter(question.Subject, question.Actor, question.Type, question.From, question.To, question.Before, question.Take ?? AuditQueries.UsuallyTaken);
        return TypedResults.Ok(await queries.ReadAsync(filter, await current.GetAsync(cancellationToken), cancellationToken));
    }

    // Settable, not positional: the generator of request delegates cannot name the constructor of a record with text that may be missing.
    internal sealed record Question
    {
        public string? Subject { get; init; }

        public string? Actor { get; init; }

        public string? Type { get; init; }

        public DateTimeOffset? From { get; init; }

        public DateTimeOffset? To { get; init; }

        public long? Before { get; init; }

        public int? Take { get; init; }
    }
}
