// Tables of rules, of what the detector must not forget over a restart, and of incidents.
import type { StateMigration } from '../state-migration.ts'

export const rulesAndIncidents: StateMigration = {
  version: 2,
  statements: [
    // position is the order of creation, in which lists show the rules; a rule that is replaced keeps it.
    `create table rule (
      position integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      name text not null,
      type text not null check (type in ('threshold', 'zscore', 'advanced_ddos')),
      prefixes text not null,
      prefix_count integer not null,
      automatic_advertisement integer check (automatic_advertisement in (0, 1)),
      bandwidth_threshold real,
      packet_threshold real,
      duration text not null,
      prefix_match text,
      zscore_sensitivity text,
      zscore_target text,
      extension text not null,
      created_at text not null,
      modified_at text not null,
      watched_since text not null,
      unique (account, name)
    ) strict`,
    // No reference to rule: incidents outlive it.
    `create table incident (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      rule_id text not null,
      state text not null check (state in ('open', 'closed')),
      started_at text not null,
      opened_at text not null,
      ended_at text,
      start_told integer not null check (start_told in (0, 1)),
      end_told integer not null check (end_told in (0, 1)),
      summary text not null,
      body text not null
    ) strict`,
    // Lists are newest first, of all, of one state, of one rule.
    `create index incident_by_account on incident (account, started_at, id)`,
    `create index incident_by_state on incident (account, state, started_at, id)`,
    `create index incident_by_rule on incident (account, rule_id, started_at, id)`,
    `create index incident_by_end on incident (ended_at) where ended_at is not null`,
    // Those that a restart has to go on with.
    `create index incident_unfinished on incident (id) where end_told = 0`,
    // Lines of the timeline that do not come from the detector.
    `create table incident_entry (
      number integer primary key autoincrement,
      incident text not null references incident (id) on delete cascade,
      at text not null,
      kind text not null,
      text text not null
    ) strict`,
    `create index incident_entry_by_incident on incident_entry (incident)`,
    // No reference to rule either: what the detector saves late must not fail because its rule has just been deleted.
    `create table rule_state (
      rule text primary key,
      breach text not null,
      saved_at text not null
    ) strict`,
  ],
}
