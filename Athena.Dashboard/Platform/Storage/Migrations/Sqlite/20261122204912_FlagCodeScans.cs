using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FlagCodeScans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "flags_code_scans",
                columns: table => new
                {
                    Repository = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Commit = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    References = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_code_scans", x => x.Repository);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "flags_code_scans");
        }
    }
}
