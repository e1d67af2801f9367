// The table of settings that are changed while the server runs, and the ways to look into a long audit log.
import type { StateMigration } from '../state-migration.ts'

export const settingAndAuditTables: StateMigration = {
  version: 8,
  statements: [
    // No reference to users: a setting outlives who has made it.
    `create table setting (
      name text primary key,
      value text not null,
      changed_at text not null,
      by text not null
    ) strict`,
    // Each ends with the id: pages go by it.
    `create index audit_by_id on audit (account, id)`,
    `create index audit_by_action on audit (account, action, id)`,
    `create index audit_by_user on audit (account, user, id)`,
    `create index audit_by_time on audit (at)`,
  ],
}
