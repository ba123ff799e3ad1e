using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Experiments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Experiment",
                table: "flags_environments",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "experiments_experiments",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Hypothesis = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    FlagKey = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Environment = table.Column<string>(type: "TEXT", nullable: false),
                    Design = table.Column<string>(type: "TEXT", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", maxLength: 120, nullable: true),
                    PlannedStart = table.Column<long>(type: "INTEGER", nullable: true),
                    PlannedStop = table.Column<long>(type: "INTEGER", nullable: true),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    StoppedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Starting = table.Column<Guid>(type: "TEXT", nullable: true),
                    Holds = table.Column<bool>(type: "INTEGER", nullable: false),
                    Shares = table.Column<string>(type: "TEXT", nullable: false),
                    Disturbances = table.Column<string>(type: "TEXT", nullable: false),
                    Decision = table.Column<string>(type: "TEXT", nullable: true),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments_experiments", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "experiments_answers",
                columns: table => new
                {
                    ExperimentKey = table.Column<string>(type: "TEXT", nullable: false),
                    Variant = table.Column<string>(type: "TEXT", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments_answers", x => new { x.ExperimentKey, x.Variant });
                    table.ForeignKey(
                        name: "FK_experiments_answers_experiments_experiments_ExperimentKey",
                        column: x => x.ExperimentKey,
                        principalTable: "experiments_experiments",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "experiments_batches",
                columns: table => new
                {
                    ExperimentKey = table.Column<string>(type: "TEXT", nullable: false),
                    BatchId = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    From = table.Column<long>(type: "INTEGER", nullable: false),
                    To = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments_batches", x => new { x.ExperimentKey, x.BatchId });
                    table.ForeignKey(
                        name: "FK_experiments_batches_experiments_experiments_ExperimentKey",
                        column: x => x.ExperimentKey,
                        principalTable: "experiments_experiments",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "experiments_tallies",
                columns: table => new
                {
                    ExperimentKey = table.Column<string>(type: "TEXT", nullable: false),
                    Variant = table.Column<string>(type: "TEXT", nullable: false),
                    Metric = table.Column<string>(type: "TEXT", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Sum = table.Column<double>(type: "REAL", nullable: false),
                    SumOfSquares = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments_tallies", x => new { x.ExperimentKey, x.Variant, x.Metric });
                    table.ForeignKey(
                        name: "FK_experiments_tallies_experiments_experiments_ExperimentKey",
                        column: x => x.ExperimentKey,
                        principalTable: "experiments_experiments",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_experiments_experiments_FlagKey_Environment",
                table: "experiments_experiments",
                columns: new[] { "FlagKey", "Environment" });

            migrationBuilder.CreateIndex(
                name: "IX_experiments_experiments_State",
                table: "experiments_experiments",
                column: "State");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "experiments_answers");

            migrationBuilder.DropTable(
                name: "experiments_batches");

            migrationBuilder.DropTable(
                name: "experiments_tallies");

            migrationBuilder.DropTable(
                name: "experiments_experiments");

            migrationBuilder.DropColumn(
                name: "Experiment",
                table: "flags_environments");
        }
    }
}
