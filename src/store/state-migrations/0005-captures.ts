// Tables of captures: agents and their enrolment, buckets, captures and how they went on each agent, what an account allows.
import type { StateMigration } from '../state-migration.ts'

export const captureTables: StateMigration = {
  version: 5,
  statements: [
    `create table agent (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      name text not null,
      colo text not null,
      token_hash text not null unique,
      enrolled_at text not null,
      last_seen_at text,
      facts text,
      always_on_sampling integer not null default 0
    ) strict`,
    `create index agent_by_account on agent (account, colo)`,
    `create table agent_enrolment (
      code_hash text primary key,
      account integer not null references account (number) on delete cascade,
      user text not null,
      colo text not null,
      created_at text not null,
      expires_at text not null,
      used_at text,
      agent text
    ) strict`,
    `create table bucket (
      position integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      destination_conf text not null,
      challenge_hash text not null,
      status text not null,
      submitted text not null,
      validated text,
      secret text
    ) strict`,
    `create index bucket_by_account on bucket (account, destination_conf)`,
    // No reference to the bucket, the agents and the incident: the history outlives them.
    `create table capture (
      position integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      type text not null,
      status text not null,
      filter_v1 text not null,
      filter_text text,
      filter text,
      time_limit integer not null,
      packet_limit integer,
      byte_limit integer,
      offset_time text,
      colo_name text not null,
      destination_conf text,
      bucket text,
      extension text not null,
      cause text not null,
      incident_id text,
      original_form integer not null,
      submitted text not null,
      stop_requested text,
      ended_at text,
      expires_at text,
      error_message text,
      packets integer not null default 0,
      bytes integer not null default 0,
      kept integer not null default 0
    ) strict`,
    `create index capture_by_account on capture (account, position)`,
    `create index capture_by_status on capture (status)`,
    `create index capture_by_incident on capture (incident_id) where incident_id is not null`,
    `create table capture_agent (
      capture text not null references capture (id) on delete cascade,
      agent text not null,
      name text not null,
      colo text not null,
      state text not null,
      progress text not null,
      clock_offset_ms real,
      clock_error_ms real,
      updated_at text not null,
      primary key (capture, agent)
    ) strict`,
    `create table capture_policy (
      account integer primary key references account (number) on delete cascade,
      policy text not null,
      modified_at text not null
    ) strict`,
  ],
}
