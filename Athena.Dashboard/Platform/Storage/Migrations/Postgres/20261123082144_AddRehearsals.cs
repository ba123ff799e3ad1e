using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AddRehearsals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "rollouts_rehearsals",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    FlagKey = table.Column<string>(type: "text", nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    PlanKey = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ProcessVersion = table.Column<int>(type: "integer", nullable: false),
                    Wish = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    RequestedBy = table.Column<string>(type: "text", nullable: false),
                    RequestedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Tries = table.Column<int>(type: "integer", nullable: false),
                    Runs = table.Column<int>(type: "integer", nullable: false),
                    Why = table.Column<string>(type: "text", nullable: true),
                    Result = table.Column<string>(type: "text", nullable: true),
                    Played = table.Column<string>(type: "text", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts_rehearsals", x => x.Id);
                    table.ForeignKey(
                        name: "FK_rollouts_rehearsals_rollouts_rollouts_RolloutId",
                        column: x => x.RolloutId,
                        principalTable: "rollouts_rollouts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rehearsals_FlagKey_Environment_RequestedAt",
                table: "rollouts_rehearsals",
                columns: new[] { "FlagKey", "Environment", "RequestedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rehearsals_RolloutId",
                table: "rollouts_rehearsals",
                column: "RolloutId");

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rehearsals_State",
                table: "rollouts_rehearsals",
                column: "State");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rollouts_rehearsals");
        }
    }
}
