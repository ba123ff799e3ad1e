using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FoldFlushes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // News for nodes that run, of which there are none while this does: their counts are stored already.
            migrationBuilder.Sql("DELETE FROM health_flushes");

            migrationBuilder.DropIndex(
                name: "IX_health_flushes_AtMicros",
                table: "health_flushes");

            migrationBuilder.RenameColumn(
                name: "Rollouts",
                table: "health_flushes",
                newName: "Content");

            migrationBuilder.AddColumn<long>(
                name: "FoldedSequence",
                table: "health_rollouts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "RolloutId",
                table: "health_flushes",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.CreateIndex(
                name: "IX_health_flushes_RolloutId_Sequence",
                table: "health_flushes",
                columns: new[] { "RolloutId", "Sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_health_flushes_RolloutId_Sequence",
                table: "health_flushes");

            migrationBuilder.DropColumn(
                name: "FoldedSequence",
                table: "health_rollouts");

            migrationBuilder.DropColumn(
                name: "RolloutId",
                table: "health_flushes");

            migrationBuilder.RenameColumn(
                name: "Content",
                table: "health_flushes",
                newName: "Rollouts");

            migrationBuilder.CreateIndex(
                name: "IX_health_flushes_AtMicros",
                table: "health_flushes",
                column: "AtMicros");
        }
    }
}
