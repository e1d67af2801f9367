// Tables of signatures, uploaded captures, and the rules of the edge firewall.
import type { StateMigration } from '../state-migration.ts'

export const signatureTables: StateMigration = {
  version: 6,
  statements: [
    // No reference to captures, incidents, agents and signatures: the history outlives them.
    `create table signature (
      position integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      name text not null,
      state text not null,
      source text not null,
      baseline text,
      ask text not null,
      who text not null,
      created_at text not null,
      ended_at text,
      error text,
      learnt_filter text,
      edited_filter text,
      held real,
      false_share real,
      report text,
      renderings text
    ) strict`,
    `create index signature_by_account on signature (account, position)`,
    `create table signature_file (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      name text not null,
      bytes integer not null,
      created_at text not null
    ) strict`,
    `create table firewall_rule (
      position integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      name text not null,
      filter_text text not null,
      filter text not null,
      state text not null,
      action text not null,
      signature_id text,
      incident_id text,
      colo_name text not null,
      interface text,
      created_at text not null,
      state_since text not null,
      until text not null,
      calm text,
      calm_since text,
      who text not null,
      why text not null,
      withdrawn_at text,
      withdrawn_why text,
      enforceable_at text not null
    ) strict`,
    `create index firewall_rule_by_account on firewall_rule (account, state, position)`,
    `create table firewall_agent (
      rule text not null references firewall_rule (id) on delete cascade,
      agent text not null,
      name text not null,
      colo text not null,
      counters text not null,
      told_at text,
      primary key (rule, agent)
    ) strict`,
    `create table firewall_change (
      position integer primary key autoincrement,
      rule text not null references firewall_rule (id) on delete cascade,
      at text not null,
      from_state text,
      to_state text not null,
      action text not null,
      who text not null,
      why text not null
    ) strict`,
    `create index firewall_change_by_rule on firewall_change (rule, position)`,
    `create table firewall_stop (
      account integer primary key references account (number) on delete cascade,
      who text not null,
      why text not null,
      at text not null
    ) strict`,
  ],
}
