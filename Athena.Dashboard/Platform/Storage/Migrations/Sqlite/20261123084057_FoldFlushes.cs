using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
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
                newName: "RolloutId");

            migrationBuilder.AddColumn<long>(
                name: "FoldedSequence",
                table: "health_rollouts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "Content",
                table: "health_flushes",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

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
                name: "Content",
                table: "health_flushes");

            migrationBuilder.RenameColumn(
                name: "RolloutId",
                table: "health_flushes",
                newName: "Rollouts");

            migrationBuilder.CreateIndex(
                name: "IX_health_flushes_AtMicros",
                table: "health_flushes",
                column: "AtMicros");
        }
    }
}
