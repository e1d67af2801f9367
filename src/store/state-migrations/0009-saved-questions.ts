// The table of questions about flows that people keep under a name.
import type { StateMigration } from '../state-migration.ts'

export const savedQuestionTable: StateMigration = {
  version: 9,
  statements: [
    `create table saved_question (
      id text primary key,
      account integer not null references account (number) on delete cascade,
      user text not null references user (id) on delete cascade,
      name text not null,
      search text not null,
      shared integer not null check (shared in (0, 1)),
      created_at text not null,
      modified_at text not null
    ) strict`,
    `create index saved_question_by_account on saved_question (account, user)`,
  ],
}
