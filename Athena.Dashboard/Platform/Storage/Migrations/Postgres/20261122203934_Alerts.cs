using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Alerts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alerts_alerts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", nullable: false),
                    Labels = table.Column<string>(type: "text", nullable: false),
                    Summary = table.Column<string>(type: "text", nullable: false),
                    Href = table.Column<string>(type: "text", nullable: false),
                    Origin = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    IsTrue = table.Column<bool>(type: "boolean", nullable: false),
                    For = table.Column<long>(type: "bigint", nullable: false),
                    KeepFor = table.Column<long>(type: "bigint", nullable: false),
                    ActiveSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FiringSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ClearedSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ResolvedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Trigger = table.Column<string>(type: "text", nullable: true),
                    TriggeredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_alerts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "alerts_groups",
                columns: table => new
                {
                    Receiver = table.Column<string>(type: "text", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    FirstAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    NotifiedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Told = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_groups", x => new { x.Receiver, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "alerts_silences",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Matchers = table.Column<string>(type: "text", nullable: false),
                    StartsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndsAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Comment = table.Column<string>(type: "text", nullable: false),
                    By = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_silences", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_alerts_Fingerprint_ActiveSince",
                table: "alerts_alerts",
                columns: new[] { "Fingerprint", "ActiveSince" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_alerts_alerts_ResolvedAt",
                table: "alerts_alerts",
                column: "ResolvedAt");

            migrationBuilder.CreateIndex(
                name: "IX_alerts_alerts_State",
                table: "alerts_alerts",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_alerts_silences_EndsAt",
                table: "alerts_silences",
                column: "EndsAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts_alerts");

            migrationBuilder.DropTable(
                name: "alerts_groups");

            migrationBuilder.DropTable(
                name: "alerts_silences");
        }
    }
}
