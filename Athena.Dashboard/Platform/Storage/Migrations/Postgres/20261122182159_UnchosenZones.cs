using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class UnchosenZones : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Nobody had chosen it: it stood for want of a choice. A migration of its own, because SQLite makes the
            // column nullable only at the end of the one before.
            migrationBuilder.Sql("UPDATE identity_accounts SET \"Zone\" = NULL WHERE \"Zone\" = 'UTC';");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("UPDATE identity_accounts SET \"Zone\" = 'UTC' WHERE \"Zone\" IS NULL;");
        }
    }
}
