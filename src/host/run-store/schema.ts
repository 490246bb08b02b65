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
  host TEXT NOT NULL,
  process TEXT NOT NULL,
  check_sum TEXT NOT NULL
) STRICT;
CREATE INDEX executions_of_entry ON executions (entry_id);

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
  schema_version INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  machine_profile TEXT NOT NULL,
  reboot_path TEXT NOT NULL,
  seed INTEGER NOT NULL,
  variations TEXT NOT NULL,
  cpu_hz INTEGER NOT NULL,
  memory_model TEXT NOT NULL,
  total_cycles INTEGER NOT NULL,
  outage_cycles INTEGER NOT NULL,
  handover_cycles INTEGER,
  firmware_cycles INTEGER NOT NULL,
  shutdown_cycles INTEGER NOT NULL,
  load_cycles INTEGER NOT NULL,
  copy_cycles INTEGER NOT NULL,
  verify_cycles INTEGER NOT NULL,
  loader_cycles INTEGER NOT NULL,
  kernel_cycles INTEGER NOT NULL,
  userspace_cycles INTEGER NOT NULL,
  forced_delay_cycles INTEGER NOT NULL,
  instructions INTEGER NOT NULL,
  interrupts INTEGER NOT NULL,
  io_reads INTEGER NOT NULL,
  io_writes INTEGER NOT NULL,
  device_wait_cycles INTEGER NOT NULL,
  bytes_copied INTEGER NOT NULL,
  pages_copied INTEGER NOT NULL,
  post_codes TEXT NOT NULL,
  warnings TEXT NOT NULL,
  console_text INTEGER NOT NULL REFERENCES texts,
  phases TEXT NOT NULL,
  whole_record TEXT,
  computed_at TEXT NOT NULL,
  worker INTEGER NOT NULL,
  wall_ms REAL NOT NULL,
  check_sum TEXT NOT NULL,
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
  execution_id INTEGER REFERENCES executions,
  check_sum TEXT NOT NULL,
  PRIMARY KEY (entry_id, run_order)
) STRICT, WITHOUT ROWID;
CREATE INDEX planned_by_status ON planned_runs (entry_id, status);
CREATE INDEX planned_by_key ON planned_runs (entry_id, config_hash, key_seed);
CREATE INDEX planned_by_run ON planned_runs (run);
CREATE INDEX planned_by_execution ON planned_runs (execution_id);

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
