using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Athena.Dashboard.Platform.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "communication_lists",
                columns: table => new
                {
                    Key = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Addresses = table.Column<string>(type: "text", nullable: false),
                    Roles = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_communication_lists", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "communication_plans",
                columns: table => new
                {
                    Release = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    ProcessVersion = table.Column<int>(type: "integer", nullable: false),
                    TargetDate = table.Column<DateOnly>(type: "date", nullable: false),
                    Zone = table.Column<string>(type: "text", nullable: false),
                    ClosedBecause = table.Column<string>(type: "text", nullable: true),
                    RolledBackFor = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_communication_plans", x => x.Release);
                });

            migrationBuilder.CreateTable(
                name: "flags_flags",
                columns: table => new
                {
                    Key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    Description = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Variants = table.Column<string>(type: "text", nullable: false),
                    Permanent = table.Column<bool>(type: "boolean", nullable: false),
                    ReleaseId = table.Column<string>(type: "text", nullable: true),
                    Owner = table.Column<string>(type: "text", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_flags", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "flags_operations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Command = table.Column<string>(type: "text", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_operations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "gates_boards",
                columns: table => new
                {
                    SubjectKind = table.Column<string>(type: "text", nullable: false),
                    SubjectId = table.Column<string>(type: "text", nullable: false),
                    Waivers = table.Column<string>(type: "text", nullable: false),
                    OpenedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ClosedBecause = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_boards", x => new { x.SubjectKind, x.SubjectId });
                });

            migrationBuilder.CreateTable(
                name: "gates_operations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_operations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "health_batches",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    BatchId = table.Column<string>(type: "text", nullable: false),
                    ReceivedMicros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_batches", x => new { x.RolloutId, x.BatchId });
                });

            migrationBuilder.CreateTable(
                name: "health_counts",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    RungMilliseconds = table.Column<int>(type: "integer", nullable: false),
                    Cell = table.Column<long>(type: "bigint", nullable: false),
                    Arm = table.Column<string>(type: "text", nullable: false),
                    Late = table.Column<bool>(type: "boolean", nullable: false),
                    Counts = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_counts", x => new { x.RolloutId, x.RungMilliseconds, x.Cell, x.Arm, x.Late });
                });

            migrationBuilder.CreateTable(
                name: "health_gaps",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    Instance = table.Column<string>(type: "text", nullable: false),
                    FromMicros = table.Column<long>(type: "bigint", nullable: false),
                    ToMicros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_gaps", x => new { x.RolloutId, x.Instance, x.FromMicros });
                });

            migrationBuilder.CreateTable(
                name: "health_reporters",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    Instance = table.Column<string>(type: "text", nullable: false),
                    LastBatchMicros = table.Column<long>(type: "bigint", nullable: false),
                    IntervalMicros = table.Column<long>(type: "bigint", nullable: false),
                    FirstHeardMicros = table.Column<long>(type: "bigint", nullable: false),
                    LastHeardMicros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_reporters", x => new { x.RolloutId, x.Instance });
                });

            migrationBuilder.CreateTable(
                name: "health_rollouts",
                columns: table => new
                {
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    FlagKey = table.Column<string>(type: "text", nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    ReleaseVersion = table.Column<string>(type: "text", nullable: true),
                    LastHeardMicros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_rollouts", x => x.RolloutId);
                });

            migrationBuilder.CreateTable(
                name: "health_verdicts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    List = table.Column<string>(type: "text", nullable: false),
                    Sense = table.Column<string>(type: "text", nullable: false),
                    Rule = table.Column<string>(type: "text", nullable: false),
                    Metric = table.Column<string>(type: "text", nullable: false),
                    Comparison = table.Column<string>(type: "text", nullable: false),
                    Threshold = table.Column<double>(type: "double precision", nullable: false),
                    Before = table.Column<string>(type: "text", nullable: true),
                    Verdict = table.Column<string>(type: "text", nullable: false),
                    Cause = table.Column<string>(type: "text", nullable: true),
                    Observed = table.Column<double>(type: "double precision", nullable: true),
                    Samples = table.Column<long>(type: "bigint", nullable: false),
                    Needed = table.Column<long>(type: "bigint", nullable: false),
                    WindowSeconds = table.Column<double>(type: "double precision", nullable: true),
                    CountedFrom = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Exposed = table.Column<string>(type: "text", nullable: false),
                    Control = table.Column<string>(type: "text", nullable: false),
                    LastBatchAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Explanation = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_verdicts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "identity_accounts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Zone = table.Column<string>(type: "text", nullable: false),
                    Roles = table.Column<string>(type: "text", nullable: false),
                    DisabledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastSignInAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PasswordLinkHash = table.Column<byte[]>(type: "bytea", nullable: true),
                    PasswordLinkExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SecondFactorSecret = table.Column<string>(type: "text", nullable: true),
                    SecondFactorStep = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    UserName = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true),
                    NormalizedUserName = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true),
                    Email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    NormalizedEmail = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    EmailConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    PasswordHash = table.Column<string>(type: "text", nullable: true),
                    SecurityStamp = table.Column<string>(type: "text", nullable: true),
                    ConcurrencyStamp = table.Column<string>(type: "text", nullable: true),
                    PhoneNumber = table.Column<string>(type: "text", nullable: true),
                    PhoneNumberConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    TwoFactorEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    LockoutEnd = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LockoutEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    AccessFailedCount = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identity_accounts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "identity_keys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Prefix = table.Column<string>(type: "text", nullable: false),
                    Hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    Scopes = table.Column<string>(type: "text", nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RevokedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identity_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "notes_drafts",
                columns: table => new
                {
                    Release = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    ProcessVersion = table.Column<int>(type: "integer", nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false),
                    RevisionStartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false),
                    EditedById = table.Column<Guid>(type: "uuid", nullable: false),
                    EditedBy = table.Column<string>(type: "text", nullable: false),
                    EditedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Approvals = table.Column<string>(type: "text", nullable: false),
                    Voided = table.Column<string>(type: "text", nullable: false),
                    ChangedSinceApproval = table.Column<string>(type: "text", nullable: false),
                    PublishedSha256 = table.Column<string>(type: "text", nullable: true),
                    PublishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PublishedBy = table.Column<string>(type: "text", nullable: true),
                    CorrectedFor = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notes_drafts", x => x.Release);
                });

            migrationBuilder.CreateTable(
                name: "platform_event_cursors",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_platform_event_cursors", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "platform_events",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    SubjectKind = table.Column<string>(type: "text", nullable: false),
                    SubjectId = table.Column<string>(type: "text", nullable: false),
                    Type = table.Column<string>(type: "text", nullable: false),
                    Payload = table.Column<string>(type: "text", nullable: false),
                    Before = table.Column<string>(type: "text", nullable: true),
                    After = table.Column<string>(type: "text", nullable: true),
                    ActorKind = table.Column<string>(type: "text", nullable: false),
                    ActorId = table.Column<Guid>(type: "uuid", nullable: false),
                    ActorName = table.Column<string>(type: "text", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_platform_events", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "platform_protection_keys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_platform_protection_keys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "process_versions",
                columns: table => new
                {
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Yaml = table.Column<string>(type: "text", nullable: false),
                    AppliedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AppliedBy = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_process_versions", x => x.Number);
                });

            migrationBuilder.CreateTable(
                name: "releases_intents",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Semver = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_releases_intents", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "releases_operations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_releases_operations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "releases_releases",
                columns: table => new
                {
                    Semver = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Type = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    StateSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    TargetDate = table.Column<DateOnly>(type: "date", nullable: false),
                    Zone = table.Column<string>(type: "text", nullable: false),
                    OwnerId = table.Column<Guid>(type: "uuid", nullable: false),
                    OwnerName = table.Column<string>(type: "text", nullable: false),
                    UserValue = table.Column<string>(type: "text", nullable: false),
                    KnownIssues = table.Column<string>(type: "text", nullable: false),
                    ProcessVersion = table.Column<int>(type: "integer", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_releases_releases", x => x.Semver);
                });

            migrationBuilder.CreateTable(
                name: "rollouts_rollouts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Release = table.Column<string>(type: "text", nullable: false),
                    FlagKey = table.Column<string>(type: "text", nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    IsProduction = table.Column<bool>(type: "boolean", nullable: false),
                    Terms = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    StateSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Step = table.Column<int>(type: "integer", nullable: false),
                    Counted = table.Column<long>(type: "bigint", nullable: false),
                    Stretch = table.Column<int>(type: "integer", nullable: false),
                    Applied = table.Column<bool>(type: "boolean", nullable: false),
                    Exposed = table.Column<int>(type: "integer", nullable: false),
                    Cause = table.Column<string>(type: "text", nullable: true),
                    Because = table.Column<string>(type: "text", nullable: true),
                    Ticks = table.Column<string>(type: "text", nullable: false),
                    Standing = table.Column<string>(type: "text", nullable: false),
                    Seen = table.Column<string>(type: "text", nullable: false),
                    RecordedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Rollback = table.Column<string>(type: "text", nullable: true),
                    PlannedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    PlannedBy = table.Column<string>(type: "text", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    StageStartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts_rollouts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "communication_items",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Release = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Moment = table.Column<string>(type: "text", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Owner = table.Column<string>(type: "text", nullable: false),
                    Audience = table.Column<string>(type: "text", nullable: false),
                    Channel = table.Column<string>(type: "text", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Time = table.Column<TimeOnly>(type: "time without time zone", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    AssigneeId = table.Column<Guid>(type: "uuid", nullable: true),
                    AssigneeName = table.Column<string>(type: "text", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false),
                    SettledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SettledBy = table.Column<string>(type: "text", nullable: true),
                    Reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_communication_items", x => x.Id);
                    table.ForeignKey(
                        name: "FK_communication_items_communication_plans_Release",
                        column: x => x.Release,
                        principalTable: "communication_plans",
                        principalColumn: "Release",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "flags_environments",
                columns: table => new
                {
                    FlagKey = table.Column<string>(type: "character varying(100)", nullable: false),
                    Environment = table.Column<string>(type: "text", nullable: false),
                    Enabled = table.Column<bool>(type: "boolean", nullable: false),
                    Conditions = table.Column<string>(type: "text", nullable: false),
                    BucketBy = table.Column<string>(type: "text", nullable: false),
                    Percentage = table.Column<int>(type: "integer", nullable: false),
                    Audience = table.Column<string>(type: "text", nullable: false),
                    Fallback = table.Column<string>(type: "text", nullable: false),
                    EnableAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    DisableAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_flags_environments", x => new { x.FlagKey, x.Environment });
                    table.ForeignKey(
                        name: "FK_flags_environments_flags_flags_FlagKey",
                        column: x => x.FlagKey,
                        principalTable: "flags_flags",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "gates_items",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    SubjectKind = table.Column<string>(type: "text", nullable: false),
                    SubjectId = table.Column<string>(type: "text", nullable: false),
                    SetKey = table.Column<string>(type: "text", nullable: false),
                    SetTitle = table.Column<string>(type: "text", nullable: false),
                    SetOrder = table.Column<int>(type: "integer", nullable: false),
                    Order = table.Column<int>(type: "integer", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Owners = table.Column<string>(type: "text", nullable: false),
                    Check = table.Column<string>(type: "text", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false),
                    StateSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AssigneeId = table.Column<Guid>(type: "uuid", nullable: true),
                    AssigneeName = table.Column<string>(type: "text", nullable: true),
                    Comment = table.Column<string>(type: "text", nullable: true),
                    WaiverId = table.Column<Guid>(type: "uuid", nullable: true),
                    WaivedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ChangedBy = table.Column<string>(type: "text", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_items", x => x.Id);
                    table.ForeignKey(
                        name: "FK_gates_items_gates_boards_SubjectKind_SubjectId",
                        columns: x => new { x.SubjectKind, x.SubjectId },
                        principalTable: "gates_boards",
                        principalColumns: new[] { "SubjectKind", "SubjectId" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "identity_claims",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    ClaimType = table.Column<string>(type: "text", nullable: true),
                    ClaimValue = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identity_claims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_identity_claims_identity_accounts_UserId",
                        column: x => x.UserId,
                        principalTable: "identity_accounts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "identity_logins",
                columns: table => new
                {
                    LoginProvider = table.Column<string>(type: "text", nullable: false),
                    ProviderKey = table.Column<string>(type: "text", nullable: false),
                    ProviderDisplayName = table.Column<string>(type: "text", nullable: true),
                    UserId = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identity_logins", x => new { x.LoginProvider, x.ProviderKey });
                    table.ForeignKey(
                        name: "FK_identity_logins_identity_accounts_UserId",
                        column: x => x.UserId,
                        principalTable: "identity_accounts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "identity_tokens",
                columns: table => new
                {
                    UserId = table.Column<Guid>(type: "uuid", nullable: false),
                    LoginProvider = table.Column<string>(type: "text", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identity_tokens", x => new { x.UserId, x.LoginProvider, x.Name });
                    table.ForeignKey(
                        name: "FK_identity_tokens_identity_accounts_UserId",
                        column: x => x.UserId,
                        principalTable: "identity_accounts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notes_comments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Release = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Text = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ById = table.Column<Guid>(type: "uuid", nullable: false),
                    By = table.Column<string>(type: "text", nullable: false),
                    ResolvedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ResolvedBy = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notes_comments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_notes_comments_notes_drafts_Release",
                        column: x => x.Release,
                        principalTable: "notes_drafts",
                        principalColumn: "Release",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notes_published",
                columns: table => new
                {
                    Release = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    Html = table.Column<string>(type: "text", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false),
                    FirstPublishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    PublishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    TargetDate = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notes_published", x => x.Release);
                    table.ForeignKey(
                        name: "FK_notes_published_notes_drafts_Release",
                        column: x => x.Release,
                        principalTable: "notes_drafts",
                        principalColumn: "Release",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notes_revisions",
                columns: table => new
                {
                    Release = table.Column<string>(type: "text", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false),
                    SavedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ById = table.Column<Guid>(type: "uuid", nullable: false),
                    By = table.Column<string>(type: "text", nullable: false),
                    Note = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notes_revisions", x => new { x.Release, x.Number });
                    table.ForeignKey(
                        name: "FK_notes_revisions_notes_drafts_Release",
                        column: x => x.Release,
                        principalTable: "notes_drafts",
                        principalColumn: "Release",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rollouts_decisions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Stage = table.Column<string>(type: "text", nullable: false),
                    Summary = table.Column<string>(type: "text", nullable: false),
                    List = table.Column<string>(type: "text", nullable: true),
                    Rule = table.Column<string>(type: "text", nullable: true),
                    Action = table.Column<string>(type: "text", nullable: true),
                    Actor = table.Column<string>(type: "text", nullable: false),
                    Inputs = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts_decisions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_rollouts_decisions_rollouts_rollouts_RolloutId",
                        column: x => x.RolloutId,
                        principalTable: "rollouts_rollouts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rollouts_intents",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RolloutId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Step = table.Column<int>(type: "integer", nullable: true),
                    Name = table.Column<string>(type: "text", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Failures = table.Column<int>(type: "integer", nullable: false),
                    Outcome = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts_intents", x => x.Id);
                    table.ForeignKey(
                        name: "FK_rollouts_intents_rollouts_rollouts_RolloutId",
                        column: x => x.RolloutId,
                        principalTable: "rollouts_rollouts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "communication_messages",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Release = table.Column<string>(type: "text", nullable: false),
                    ItemId = table.Column<Guid>(type: "uuid", nullable: true),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Channel = table.Column<string>(type: "text", nullable: false),
                    Audience = table.Column<string>(type: "text", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EditedSubject = table.Column<string>(type: "text", nullable: true),
                    EditedBody = table.Column<string>(type: "text", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false),
                    Hold = table.Column<string>(type: "text", nullable: false),
                    Cause = table.Column<string>(type: "text", nullable: true),
                    IsForced = table.Column<bool>(type: "boolean", nullable: false),
                    MailId = table.Column<string>(type: "text", nullable: true),
                    InReplyTo = table.Column<string>(type: "text", nullable: true),
                    Recipients = table.Column<string>(type: "text", nullable: false),
                    Delivered = table.Column<int>(type: "integer", nullable: false),
                    SentSubject = table.Column<string>(type: "text", nullable: true),
                    SentBody = table.Column<string>(type: "text", nullable: true),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastError = table.Column<string>(type: "text", nullable: true),
                    SentAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_communication_messages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_communication_messages_communication_items_ItemId",
                        column: x => x.ItemId,
                        principalTable: "communication_items",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "gates_evidence",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ItemId = table.Column<Guid>(type: "uuid", nullable: false),
                    Title = table.Column<string>(type: "text", nullable: false),
                    Link = table.Column<string>(type: "text", nullable: false),
                    About = table.Column<string>(type: "text", nullable: true),
                    AddedBy = table.Column<string>(type: "text", nullable: false),
                    AddedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_evidence", x => x.Id);
                    table.ForeignKey(
                        name: "FK_gates_evidence_gates_items_ItemId",
                        column: x => x.ItemId,
                        principalTable: "gates_items",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "gates_remarks",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ItemId = table.Column<Guid>(type: "uuid", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    SaidBy = table.Column<string>(type: "text", nullable: false),
                    SaidAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    With = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_remarks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_gates_remarks_gates_items_ItemId",
                        column: x => x.ItemId,
                        principalTable: "gates_items",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "gates_waivers",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ItemId = table.Column<Guid>(type: "uuid", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    AskedById = table.Column<Guid>(type: "uuid", nullable: false),
                    AskedByName = table.Column<string>(type: "text", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    RiskOfGoing = table.Column<string>(type: "text", nullable: false),
                    RiskOfNotGoing = table.Column<string>(type: "text", nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FollowUp = table.Column<string>(type: "text", nullable: true),
                    Approvals = table.Column<string>(type: "text", nullable: false),
                    Declined = table.Column<string>(type: "text", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates_waivers", x => x.Id);
                    table.ForeignKey(
                        name: "FK_gates_waivers_gates_items_ItemId",
                        column: x => x.ItemId,
                        principalTable: "gates_items",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_communication_items_DueAt",
                table: "communication_items",
                column: "DueAt");

            migrationBuilder.CreateIndex(
                name: "IX_communication_items_Release_Key",
                table: "communication_items",
                columns: new[] { "Release", "Key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_communication_messages_ItemId",
                table: "communication_messages",
                column: "ItemId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_communication_messages_Release",
                table: "communication_messages",
                column: "Release");

            migrationBuilder.CreateIndex(
                name: "IX_communication_messages_State",
                table: "communication_messages",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_flags_environments_DisableAt",
                table: "flags_environments",
                column: "DisableAt");

            migrationBuilder.CreateIndex(
                name: "IX_flags_environments_EnableAt",
                table: "flags_environments",
                column: "EnableAt");

            migrationBuilder.CreateIndex(
                name: "IX_flags_flags_ReleaseId",
                table: "flags_flags",
                column: "ReleaseId");

            migrationBuilder.CreateIndex(
                name: "IX_gates_evidence_ItemId",
                table: "gates_evidence",
                column: "ItemId");

            migrationBuilder.CreateIndex(
                name: "IX_gates_items_AssigneeId",
                table: "gates_items",
                column: "AssigneeId");

            migrationBuilder.CreateIndex(
                name: "IX_gates_items_SubjectKind_SubjectId_Key",
                table: "gates_items",
                columns: new[] { "SubjectKind", "SubjectId", "Key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_gates_remarks_ItemId",
                table: "gates_remarks",
                column: "ItemId");

            migrationBuilder.CreateIndex(
                name: "IX_gates_waivers_ItemId",
                table: "gates_waivers",
                column: "ItemId");

            migrationBuilder.CreateIndex(
                name: "IX_gates_waivers_State_Until",
                table: "gates_waivers",
                columns: new[] { "State", "Until" });

            migrationBuilder.CreateIndex(
                name: "IX_health_batches_ReceivedMicros",
                table: "health_batches",
                column: "ReceivedMicros");

            migrationBuilder.CreateIndex(
                name: "IX_health_counts_RungMilliseconds_Cell",
                table: "health_counts",
                columns: new[] { "RungMilliseconds", "Cell" });

            migrationBuilder.CreateIndex(
                name: "IX_health_gaps_ToMicros",
                table: "health_gaps",
                column: "ToMicros");

            migrationBuilder.CreateIndex(
                name: "IX_health_reporters_LastHeardMicros",
                table: "health_reporters",
                column: "LastHeardMicros");

            migrationBuilder.CreateIndex(
                name: "IX_health_rollouts_LastHeardMicros",
                table: "health_rollouts",
                column: "LastHeardMicros");

            migrationBuilder.CreateIndex(
                name: "IX_health_verdicts_RolloutId_At",
                table: "health_verdicts",
                columns: new[] { "RolloutId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_identity_accounts_NormalizedEmail",
                table: "identity_accounts",
                column: "NormalizedEmail",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_identity_accounts_NormalizedUserName",
                table: "identity_accounts",
                column: "NormalizedUserName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_identity_accounts_PasswordLinkHash",
                table: "identity_accounts",
                column: "PasswordLinkHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_identity_claims_UserId",
                table: "identity_claims",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_identity_keys_Hash",
                table: "identity_keys",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_identity_logins_UserId",
                table: "identity_logins",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_notes_comments_Release",
                table: "notes_comments",
                column: "Release");

            migrationBuilder.CreateIndex(
                name: "IX_platform_events_Id",
                table: "platform_events",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_platform_events_SubjectKind_SubjectId_Sequence",
                table: "platform_events",
                columns: new[] { "SubjectKind", "SubjectId", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_platform_events_Type",
                table: "platform_events",
                column: "Type");

            migrationBuilder.CreateIndex(
                name: "IX_releases_intents_CreatedAt",
                table: "releases_intents",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_releases_releases_State_TargetDate",
                table: "releases_releases",
                columns: new[] { "State", "TargetDate" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_decisions_RolloutId_At",
                table: "rollouts_decisions",
                columns: new[] { "RolloutId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_intents_RolloutId_Position",
                table: "rollouts_intents",
                columns: new[] { "RolloutId", "Position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_intents_State",
                table: "rollouts_intents",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rollouts_FlagKey_Environment",
                table: "rollouts_rollouts",
                columns: new[] { "FlagKey", "Environment" },
                unique: true,
                filter: "\"EndedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rollouts_Release",
                table: "rollouts_rollouts",
                column: "Release");

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_rollouts_State",
                table: "rollouts_rollouts",
                column: "State");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "communication_lists");

            migrationBuilder.DropTable(
                name: "communication_messages");

            migrationBuilder.DropTable(
                name: "flags_environments");

            migrationBuilder.DropTable(
                name: "flags_operations");

            migrationBuilder.DropTable(
                name: "gates_evidence");

            migrationBuilder.DropTable(
                name: "gates_operations");

            migrationBuilder.DropTable(
                name: "gates_remarks");

            migrationBuilder.DropTable(
                name: "gates_waivers");

            migrationBuilder.DropTable(
                name: "health_batches");

            migrationBuilder.DropTable(
                name: "health_counts");

            migrationBuilder.DropTable(
                name: "health_gaps");

            migrationBuilder.DropTable(
                name: "health_reporters");

            migrationBuilder.DropTable(
                name: "health_rollouts");

            migrationBuilder.DropTable(
                name: "health_verdicts");

            migrationBuilder.DropTable(
                name: "identity_claims");

            migrationBuilder.DropTable(
                name: "identity_keys");

            migrationBuilder.DropTable(
                name: "identity_logins");

            migrationBuilder.DropTable(
                name: "identity_tokens");

            migrationBuilder.DropTable(
                name: "notes_comments");

            migrationBuilder.DropTable(
                name: "notes_published");

            migrationBuilder.DropTable(
                name: "notes_revisions");

            migrationBuilder.DropTable(
                name: "platform_event_cursors");

            migrationBuilder.DropTable(
                name: "platform_events");

            migrationBuilder.DropTable(
                name: "platform_protection_keys");

            migrationBuilder.DropTable(
                name: "process_versions");

            migrationBuilder.DropTable(
                name: "releases_intents");

            migrationBuilder.DropTable(
                name: "releases_operations");

            migrationBuilder.DropTable(
                name: "releases_releases");

            migrationBuilder.DropTable(
                name: "rollouts_decisions");

            migrationBuilder.DropTable(
                name: "rollouts_intents");

            migrationBuilder.DropTable(
                name: "communication_items");

            migrationBuilder.DropTable(
                name: "flags_flags");

            migrationBuilder.DropTable(
                name: "gates_items");

            migrationBuilder.DropTable(
                name: "identity_accounts");

            migrationBuilder.DropTable(
                name: "notes_drafts");

            migrationBuilder.DropTable(
                name: "rollouts_rollouts");

            migrationBuilder.DropTable(
                name: "communication_plans");

            migrationBuilder.DropTable(
                name: "gates_boards");
        }
    }
}
