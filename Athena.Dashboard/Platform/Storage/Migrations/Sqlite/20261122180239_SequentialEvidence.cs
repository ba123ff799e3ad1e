using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class SequentialEvidence : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Evidence",
                table: "health_verdicts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsShared",
                table: "health_verdicts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "health_evidence",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "TEXT", nullable: false),
                    AtMicros = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_evidence", x => x.RolloutId);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "health_evidence");

            migrationBuilder.DropColumn(
                name: "Evidence",
                table: "health_verdicts");

            migrationBuilder.DropColumn(
                name: "IsShared",
                table: "health_verdicts");
        }
    }
}
