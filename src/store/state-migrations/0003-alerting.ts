// Tables of alerting: policies, destinations, silences, and the deliveries that are kept before anything is sent.
import type { StateMigration } from '../state-migration.ts'

export const alertingTables: StateMigration = {
  version: 3,
  statements: [
    `create table alert_policy (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      name text not null,
      description text,
      alert_type text not null,
      enabled integer not null,
      alert_interval text,
      mechanisms text not null,
      filters text,
      created_at text not null,
      modified_at text not null
    ) strict`,
    `create index alert_policy_by_type on alert_policy (account, alert_type)`,
    `create table alert_webhook (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      name text not null,
      url text not null,
      type text not null,
      secret text,
      created_at text not null,
      last_success text,
      last_failure text
    ) strict`,
    `create index alert_webhook_by_account on alert_webhook (account)`,
    `create table alert_pagerduty (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      name text not null,
      routing_key text not null,
      created_at text not null
    ) strict`,
    `create index alert_pagerduty_by_account on alert_pagerduty (account)`,
    `create table alert_pagerduty_token (
      token text primary key,
      account integer not null references account (number) on delete cascade,
      service text,
      created_at text not null
    ) strict`,
    `create table alert_silence (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      policy text not null references alert_policy (id) on delete cascade,
      start_time text not null,
      end_time text not null,
      created_at text not null,
      updated_at text not null
    ) strict`,
    `create index alert_silence_by_policy on alert_silence (policy, end_time)`,
    `create table alert_event (
      id integer primary key autoincrement,
      account integer not null references account (number) on delete cascade,
      correlation_id text not null,
      phase text not null,
      type text not null,
      at text not null,
      name text not null,
      text text not null,
      data text not null,
      link text not null
    ) strict`,
    // Rounds tell the reminders of a START apart; within one round a destination is told once.
    `create table alert_delivery (
      number integer primary key autoincrement,
      id text not null unique,
      account integer not null references account (number) on delete cascade,
      event integer not null references alert_event (id) on delete cascade,
      correlation_id text not null,
      phase text not null,
      round integer not null,
      policy text not null,
      policy_name text not null,
      policy_description text,
      kind text not null check (kind in ('webhook', 'email', 'pagerduty', 'syslog')),
      destination text not null,
      destination_name text not null,
      channel text not null,
      state text not null check (state in ('pending', 'sent', 'failed', 'silenced', 'refused', 'cancelled')),
      attempts integer not null,
      due_at text not null,
      created_at text not null,
      shown_at text not null,
      error text,
      unique (correlation_id, phase, policy, kind, destination, round)
    ) strict`,
    // By destination: the notifier looks for the first of each, however many wait for one of them.
    `create index alert_delivery_waiting on alert_delivery (kind || ' ' || destination, due_at, number) where state = 'pending'`,
    `create index alert_delivery_by_time on alert_delivery (account, shown_at, number)`,
    `create index alert_delivery_by_event on alert_delivery (event)`,
    `create table alert_router_silence (
      account integer not null references account (number) on delete cascade,
      address text not null,
      correlation_id text not null,
      since text not null,
      primary key (account, address)
    ) strict`,
  ],
}
