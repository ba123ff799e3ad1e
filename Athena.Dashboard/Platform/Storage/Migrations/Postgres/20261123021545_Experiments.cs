using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
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
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "experiments_experiments",
                columns: table => new
                {
                    Key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    Hypothesis = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    FlagKey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    Design = table.Column<string>(type: "text", nullable: false),
                    Owner = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    PlannedStart = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PlannedStop = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    StoppedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Starting = table.Column<Guid>(type: "uuid", nullable: true),
                    Holds = table.Column<bool>(type: "boolean", nullable: false),
                    Shares = table.Column<string>(type: "text", nullable: false),
                    Disturbances = table.Column<string>(type: "text", nullable: false),
                    Decision = table.Column<string>(type: "text", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments_experiments", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "experiments_answers",
                columns: table => new
                {
                    ExperimentKey = table.Column<string>(type: "character varying(100)", nullable: false),
                    Variant = table.Column<string>(type: "text", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
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
                    ExperimentKey = table.Column<string>(type: "character varying(100)", nullable: false),
                    BatchId = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    From = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    To = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    By = table.Column<string>(type: "text", nullable: false)
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
                    ExperimentKey = table.Column<string>(type: "character varying(100)", nullable: false),
                    Variant = table.Column<string>(type: "text", nullable: false),
                    Metric = table.Column<string>(type: "text", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    Sum = table.Column<double>(type: "double precision", nullable: false),
                    SumOfSquares = table.Column<double>(type: "double precision", nullable: false)
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
