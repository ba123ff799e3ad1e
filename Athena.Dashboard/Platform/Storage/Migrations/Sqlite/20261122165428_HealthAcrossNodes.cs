using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HealthAcrossNodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LetRunAt",
                table: "rollouts_rollouts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "CoveredToMicros",
                table: "health_reporters",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.Sql("UPDATE health_reporters SET \"CoveredToMicros\" = \"LastBatchMicros\"");

            migrationBuilder.AddColumn<string>(
                name: "Open",
                table: "health_reporters",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "MissingMicros",
                table: "health_gaps",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "Node",
                table: "health_batches",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.CreateTable(
                name: "health_flushes",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Node = table.Column<Guid>(type: "TEXT", nullable: false),
                    AtMicros = table.Column<long>(type: "INTEGER", nullable: false),
                    Rollouts = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_flushes", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_health_flushes_AtMicros",
                table: "health_flushes",
                column: "AtMicros");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "health_flushes");

            migrationBuilder.DropColumn(
                name: "LetRunAt",
                table: "rollouts_rollouts");

            migrationBuilder.DropColumn(
                name: "CoveredToMicros",
                table: "health_reporters");

            migrationBuilder.DropColumn(
                name: "Open",
                table: "health_reporters");

            migrationBuilder.DropColumn(
                name: "MissingMicros",
                table: "health_gaps");

            migrationBuilder.DropColumn(
                name: "Node",
                table: "health_batches");
        }
    }
}
