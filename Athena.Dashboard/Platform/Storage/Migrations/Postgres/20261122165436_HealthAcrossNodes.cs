using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class HealthAcrossNodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "LetRunAt",
                table: "rollouts_rollouts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "CoveredToMicros",
                table: "health_reporters",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.Sql("UPDATE health_reporters SET \"CoveredToMicros\" = \"LastBatchMicros\"");

            migrationBuilder.AddColumn<string>(
                name: "Open",
                table: "health_reporters",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "MissingMicros",
                table: "health_gaps",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "Node",
                table: "health_batches",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.CreateTable(
                name: "health_flushes",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Node = table.Column<Guid>(type: "uuid", nullable: false),
                    AtMicros = table.Column<long>(type: "bigint", nullable: false),
                    Rollouts = table.Column<string>(type: "text", nullable: false)
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
