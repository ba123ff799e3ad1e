using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
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
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    Labels = table.Column<string>(type: "TEXT", nullable: false),
                    Summary = table.Column<string>(type: "TEXT", nullable: false),
                    Href = table.Column<string>(type: "TEXT", nullable: false),
                    Origin = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    IsTrue = table.Column<bool>(type: "INTEGER", nullable: false),
                    For = table.Column<long>(type: "INTEGER", nullable: false),
                    KeepFor = table.Column<long>(type: "INTEGER", nullable: false),
                    ActiveSince = table.Column<long>(type: "INTEGER", nullable: false),
                    FiringSince = table.Column<long>(type: "INTEGER", nullable: true),
                    ClearedSince = table.Column<long>(type: "INTEGER", nullable: true),
                    ResolvedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Trigger = table.Column<string>(type: "TEXT", nullable: true),
                    TriggeredAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_alerts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "alerts_groups",
                columns: table => new
                {
                    Receiver = table.Column<string>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    FirstAt = table.Column<long>(type: "INTEGER", nullable: false),
                    NotifiedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Told = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts_groups", x => new { x.Receiver, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "alerts_silences",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Matchers = table.Column<string>(type: "TEXT", nullable: false),
                    StartsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
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
