// Tables of advertisements: owned prefixes, what is announced, who holds it, each change of state, and the global stop.
import type { StateMigration } from '../state-migration.ts'

export const advertisementTables: StateMigration = {
  version: 4,
  statements: [
    `create table owned_prefix (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      cidr text not null unique,
      description text not null,
      origin_as integer not null,
      drivers text not null,
      divert_max_length integer not null,
      blackhole_min_length integer,
      flowspec integer not null,
      automatic integer not null,
      approval integer not null,
      locked integer not null,
      lock_reason text not null,
      created_at text not null,
      modified_at text not null
    ) strict`,
    `create index owned_prefix_by_account on owned_prefix (account)`,
    // No reference to the owned prefix: the history outlives it.
    `create table advertisement (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      route_key text not null,
      prefix text not null,
      route text not null,
      driver text not null,
      owned_prefix text not null,
      origin_as integer not null,
      state text not null,
      dry_run integer not null,
      created_at text not null,
      state_since text not null,
      announced_at text,
      already integer not null default 0,
      until text not null,
      retry_at text,
      attempts integer not null,
      detail text not null
    ) strict`,
    `create unique index advertisement_live on advertisement (driver, route_key, dry_run) where state <> 'withdrawn'`,
    `create index advertisement_by_time on advertisement (account, created_at)`,
    `create index advertisement_by_prefix on advertisement (account, prefix, created_at)`,
    `create index advertisement_by_route on advertisement (route_key, state_since)`,
    `create index advertisement_by_end on advertisement (state_since) where state = 'withdrawn'`,
    `create table advertisement_cause (
      id text primary key,
      advertisement text not null references advertisement (id) on delete cascade,
      kind text not null,
      who text not null,
      why text not null,
      rule_id text,
      incident_id text,
      since text not null,
      until text not null,
      calm_since text,
      hold_seconds integer,
      signal text,
      released_at text,
      released_why text,
      release_kind text
    ) strict`,
    `create index advertisement_cause_by_advertisement on advertisement_cause (advertisement)`,
    `create index advertisement_cause_by_rule on advertisement_cause (rule_id, released_at)`,
    `create index advertisement_cause_by_incident on advertisement_cause (incident_id)`,
    `create table advertisement_change (
      number integer primary key autoincrement,
      advertisement text not null references advertisement (id) on delete cascade,
      at text not null,
      from_state text,
      to_state text not null,
      who text not null,
      why text not null
    ) strict`,
    `create index advertisement_change_by_advertisement on advertisement_change (advertisement, number)`,
    `create table advertising_stop (
      id integer primary key check (id = 1),
      who text not null,
      why text not null,
      at text not null
    ) strict`,
  ],
}
