// The tables of a store, for SQLite's eyes and for other tools'. What each column means: docs/run-store.md.
// A new version appends a migration; what is here already stays as it is, because files of it exist.

/** "BlRu", in the file's header (https://www.sqlite.org/fileformat2.html, 1.3.14): a store, not just any SQLite file. */
export const APPLICATION_ID = 0x426c_5275;

/** SQL that leads from version i to version i + 1, the file's `user_version`. */
export type Migrations = readonly string[];

const VERSION_1 = `
CREATE TABLE store (
  store_id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  check_sum TEXT NOT NULL
) STRICT;

CREATE TABLE experiments (
  entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  notes TEXT NOT NULL,
  tags TEXT NOT NULL,
  is_starred INTEGER NOT NULL,
  experiment TEXT NOT NULL,
  experiment_hash TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  engine_version TEXT NOT NULL,
  engine_build TEXT NOT NULL,
  machines TEXT NOT NULL,
  paths TEXT NOT NULL,
  planned_runs INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  last_started_at TEXT NOT NULL,
  check_sum TEXT NOT NULL,
  UNIQUE (experiment_hash, plan_hash, engine_build)
) STRICT;

CREATE TABLE executions (
  execution_id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  status TEXT NOT NULL,
  runs INTEGER NOT NULL,
  host TEXT NOT NULL,
  process TEXT NOT NULL,
  check_sum TEXT NOT NULL
) STRICT;
CREATE INDEX executions_of_entry ON executions (entry_id);

CREATE TABLE tallies (
  entry_id INTEGER PRIMARY KEY REFERENCES experiments ON DELETE CASCADE,
  done_runs INTEGER NOT NULL,
  failed_runs INTEGER NOT NULL,
  check_sum TEXT NOT NULL
) STRICT;

CREATE TABLE points (
  entry_id INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  point_index INTEGER NOT NULL,
  point TEXT NOT NULL,
  check_sum TEXT NOT NULL,
  PRIMARY KEY (entry_id, point_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE texts (
  text_id INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE phase_kinds (
  kind_id INTEGER PRIMARY KEY AUTOINCREMENT,
  phase_id TEXT NOT NULL,
  phase_name TEXT NOT NULL,
  "group" TEXT NOT NULL,
  owner TEXT NOT NULL,
  basis TEXT NOT NULL,
  evidence TEXT NOT NULL,
  check_sum TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE runs (
  run INTEGER PRIMARY KEY AUTOINCREMENT,
  config_hash TEXT NOT NULL,
  key_seed INTEGER NOT NULL,
  engine_build TEXT NOT NULL,
  record TEXT NOT NULL,
  console_text INTEGER NOT NULL REFERENCES texts,
  phases TEXT NOT NULL,
  computed_at TEXT NOT NULL,
  worker INTEGER NOT NULL,
  wall_ms REAL NOT NULL,
  check_sum TEXT NOT NULL,
  schema_version INTEGER AS (record ->> '$.own.schemaVersion'),
  engine_version TEXT AS (record ->> '$.own.engineVersion'),
  machine_profile TEXT AS (record ->> '$.own.profileId'),
  reboot_path TEXT AS (record ->> '$.own.path'),
  seed INTEGER AS (record ->> '$.own.seed'),
  variations TEXT AS (record ->> '$.own.variations'),
  cpu_hz ANY AS (record ->> '$.own.cpuHz'),
  memory_model TEXT AS (record ->> '$.own.memoryModel'),
  total_cycles INTEGER AS (record ->> '$.own.totalCycles'),
  outage_cycles INTEGER AS (record ->> '$.own.outageCycles'),
  handover_cycles INTEGER AS (record ->> '$.own.handoverCycles'),
  firmware_cycles INTEGER AS (record ->> '$.purposes.firmware'),
  shutdown_cycles INTEGER AS (record ->> '$.purposes.shutdown'),
  load_cycles INTEGER AS (record ->> '$.purposes.load'),
  copy_cycles INTEGER AS (record ->> '$.purposes.copy'),
  verify_cycles INTEGER AS (record ->> '$.purposes.verify'),
  loader_cycles INTEGER AS (record ->> '$.purposes.loader'),
  kernel_cycles INTEGER AS (record ->> '$.purposes.kernel'),
  userspace_cycles INTEGER AS (record ->> '$.purposes.userspace'),
  bytes_copied INTEGER AS (record ->> '$.own.bytesCopied'),
  pages_copied INTEGER AS (record ->> '$.own.pagesCopied'),
  post_codes TEXT AS (record ->> '$.own.postCodes'),
  warnings TEXT AS (record ->> '$.own.warnings'),
  forced_delay_cycles INTEGER AS (phases ->> '$[0][10]'),
  instructions INTEGER AS (phases ->> '$[0][5]'),
  interrupts INTEGER AS (phases ->> '$[0][8]'),
  io_reads INTEGER AS (phases ->> '$[0][6]'),
  io_writes INTEGER AS (phases ->> '$[0][7]'),
  device_wait_cycles INTEGER AS (phases ->> '$[0][9]'),
  UNIQUE (config_hash, key_seed, engine_build)
) STRICT;
CREATE INDEX runs_by_text ON runs (console_text);

CREATE TABLE planned_runs (
  entry_id INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  run_order INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  point_index INTEGER NOT NULL,
  reboot_path TEXT NOT NULL,
  is_baseline INTEGER NOT NULL,
  repetition INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  config_hash TEXT NOT NULL,
  key_seed INTEGER NOT NULL,
  status TEXT NOT NULL,
  run INTEGER REFERENCES runs,
  failure_code TEXT,
  failure_message TEXT,
  execution_id INTEGER,
  check_sum TEXT NOT NULL,
  PRIMARY KEY (entry_id, run_order)
) STRICT, WITHOUT ROWID;
CREATE INDEX planned_by_key ON planned_runs (entry_id, config_hash, key_seed);
CREATE INDEX planned_by_run ON planned_runs (run);

CREATE VIEW phases AS
SELECT
  runs.run, runs.config_hash, runs.seed, runs.machine_profile, runs.reboot_path,
  node.key AS phase_index, kind.phase_id, kind.phase_name, node.value ->> 0 AS depth,
  kind."group", kind.owner, kind.basis, kind.evidence,
  node.value ->> 2 AS start_cycle, node.value ->> 3 AS end_cycle, node.value ->> 4 AS duration_cycles,
  node.value ->> 5 AS instructions, node.value ->> 6 AS io_reads, node.value ->> 7 AS io_writes,
  node.value ->> 8 AS interrupts, node.value ->> 9 AS device_wait_cycles, node.value ->> 10 AS forced_delay_cycles,
  node.value ->> 11 AS port_cycles, node.value ->> 12 AS modelled_cycles, node.value ->> 13 AS memory_cycles,
  node.value ->> 14 AS bytes_read, node.value ->> 15 AS bytes_written
FROM runs, json_each(runs.phases) AS node JOIN phase_kinds AS kind ON kind.kind_id = node.value ->> 1;
`;

export const MIGRATIONS: Migrations = [VERSION_1];
