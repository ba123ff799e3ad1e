using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ExposedUsers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "flags_exposed_users",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    Thousandths = table.Column<int>(type: "integer", nullable: false),
                    Audience = table.Column<string>(type: "text", nullable: false),
                    Arm = table.Column<string>(type: "text", nullable: false),
                    Registers = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_exposed_users", x => new { x.RolloutId, x.Thousandths, x.Audience, x.Arm });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "flags_exposed_users");
        }
    }
}
