using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
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
                    Repository = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    Commit = table.Column<string>(type: "text", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    References = table.Column<string>(type: "text", nullable: false)
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
