// Members of accounts with their roles, passwords, and how browser sessions were opened.
import type { StateMigration } from '../state-migration.ts'

export const memberTables: StateMigration = {
  version: 7,
  statements: [
    `create table member (
      account integer not null references account (number) on delete cascade,
      user text not null references user (id) on delete cascade,
      role text not null check (role in ('viewer', 'operator', 'administrator')),
      created_at text not null,
      primary key (account, user)
    ) strict`,
    `create index member_by_user on member (user)`,
    // Until now whoever was there could do everything.
    `insert into member (account, user, role, created_at)
      select account.number, user.id, 'administrator', user.created_at from account, user
      where account.number = (select min(number) from account)
        or exists (select 1 from token where token.account = account.number and token.user = user.id)
        or exists (select 1 from session where session.account = account.number and session.user = user.id)
        or exists (select 1 from audit where audit.account = account.number and audit.user = user.id)`,
    `update user set email = lower(email)`,
    `alter table user add column password_hash text`,
    `alter table user add column last_seen_at text`,
    `update user set last_seen_at =
      (select max(at) from audit where audit.user = user.id and audit.action = 'session.sign_in')`,
    `alter table session add column opened_with text not null default 'link'`,
    `alter table session add column user_agent text`,
    // The id of a session that was opened with a token ends with the token's.
    `update session set opened_with = 'token' where id like '%.%'`,
    `create index session_by_user on session (user, kind)`,
  ],
}
