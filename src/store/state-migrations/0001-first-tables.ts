// The first tables of the application state. A migration that has been released is never edited: write the next number.
import type { StateMigration } from '../state-migration.ts'

export const firstTables: StateMigration = {
  version: 1,
  statements: [
    `create table account (
      number integer primary key autoincrement,
      id text not null unique,
      name text not null,
      created_at text not null
    ) strict`,
    `create table user (
      id text primary key,
      email text not null unique,
      name text not null,
      created_at text not null
    ) strict`,
    `create table token (
      id text primary key,
      kind text not null check (kind in ('token', 'key')),
      account integer not null references account (number) on delete cascade,
      user text not null references user (id) on delete cascade,
      name text not null,
      secret_hash text not null unique,
      scopes text not null,
      created_at text not null,
      expires_at text,
      revoked_at text,
      last_used_at text
    ) strict`,
    `create table session (
      id text primary key,
      kind text not null check (kind in ('session', 'link')),
      secret_hash text not null unique,
      account integer not null references account (number) on delete cascade,
      user text not null references user (id) on delete cascade,
      created_at text not null,
      expires_at text not null,
      used_at text
    ) strict`,
    `create table mnm_config (
      account integer primary key references account (number) on delete cascade,
      name text not null,
      default_sampling integer not null,
      router_ips text,
      warp_devices text,
      created_at text not null,
      modified_at text not null
    ) strict`,
    `create table router (
      account integer not null references account (number) on delete cascade,
      address text not null,
      name text not null,
      sampling_override integer,
      created_at text not null,
      primary key (account, address)
    ) strict`,
    `create table audit (
      id integer primary key autoincrement,
      at text not null,
      account integer not null,
      user text not null,
      via text not null,
      action text not null,
      target text not null,
      detail text not null
    ) strict`,
    `create index audit_by_account on audit (account, at)`,
    `create table segment (
      name text primary key,
      run text not null,
      rows integer not null,
      bytes integer not null,
      routers text not null,
      sealed_at text not null,
      state text not null check (state in ('sealed', 'stored')),
      stored_at text
    ) strict`,
    `create index segment_by_state on segment (state, sealed_at)`,
    `create index segment_by_run on segment (run)`,
    `create table run (
      id text primary key,
      started_at text not null,
      ended_at text,
      clean integer not null,
      records_decoded integer not null,
      records_sealed integer not null,
      records_lost integer not null,
      ledger text not null
    ) strict`,
    `create table exporter_memory (
      exporter text not null,
      domain integer not null,
      kind text not null,
      id integer not null,
      body text not null,
      seen_at text not null,
      primary key (exporter, domain, kind, id)
    ) strict`,
  ],
}
