using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FlagUseAndReminders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "flags_evaluation_watch",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_evaluation_watch", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "flags_evaluations",
                columns: table => new
                {
                    FlagKey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_evaluations", x => new { x.FlagKey, x.Environment });
                    table.ForeignKey(
                        name: "FK_flags_evaluations_flags_flags_FlagKey",
                        column: x => x.FlagKey,
                        principalTable: "flags_flags",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "flags_reminders",
                columns: table => new
                {
                    FlagKey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    RemindedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    SnoozedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_reminders", x => x.FlagKey);
                    table.ForeignKey(
                        name: "FK_flags_reminders_flags_flags_FlagKey",
                        column: x => x.FlagKey,
                        principalTable: "flags_flags",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "flags_evaluation_watch");

            migrationBuilder.DropTable(
                name: "flags_evaluations");

            migrationBuilder.DropTable(
                name: "flags_reminders");
        }
    }
}
