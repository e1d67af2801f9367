// Makes the first account and user, and the link by which somebody signs in for the first time.
import { timeText, type Account, type Principal, type State, type StateContext, type User } from '../context.ts'
import { scopeNames } from '../../contract/scopes.ts'
import { insertAccount } from './create.ts'
import { createLink } from '../session/create-link.ts'
import { signInAction } from '../session/sign-in.ts'
import { newId } from '../../base/secret.ts'

export interface FirstRun {
  readonly account: Account
  readonly user: User
  /** Secret of a one-time link, valid for 24 h; undefined once somebody has signed in. */
  readonly link: string | undefined
}

/** Called at every start of the server. Prints nothing: the caller shows the link. */
export async function firstRun(context: StateContext): Promise<FirstRun> {
  const now = context.clock.now()
  return context.state.transaction().execute(async (state) => {
    const { account, user } = await firstOwner(state, now)
    const used = await state.selectFrom('audit').select('id').where('action', '=', signInAction).limit(1).executeTakeFirst()
    const link = used ? undefined : await createLink(state, { account: account.number, user: user.id }, now)
    return { account, user, link }
  })
}

/** Who a command on the server's own files acts as: the first account with every scope. */
export async function localPrincipal(context: StateContext): Promise<Principal> {
  const owner = await context.state.transaction().execute((state) => firstOwner(state, context.clock.now()))
  return { ...owner, scopes: scopeNames, via: 'local', credential: 'local' }
}

/** The first account, and who has administered it for the longest. */
async function firstOwner(state: State, now: number): Promise<{ account: Account; user: User }> {
  const account =
    (await state.selectFrom('account').select(['number', 'id', 'name']).orderBy('number').limit(1).executeTakeFirst()) ??
    (await insertAccount(state, { name: 'Drawbridge', now }))
  return { account, user: (await firstAdministrator(state, account)) ?? (await insertAdministrator(state, account, now)) }
}

async function firstAdministrator(state: State, { number }: Account): Promise<User | undefined> {
  return state
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user')
    .select(['user.id', 'user.email', 'user.name'])
    .where('member.account', '=', number)
    .where('member.role', '=', 'administrator')
    .orderBy('member.created_at')
    .orderBy('user.created_at')
    .orderBy('user.id')
    .limit(1)
    .executeTakeFirst()
}

async function insertAdministrator(state: State, { number: account }: Account, now: number): Promise<User> {
  // The address is a name to sign in with (X-Auth-Email); no mail is ever sent to it.
  const user = { id: newId(), email: 'admin@localhost', name: 'Administrator' }
  await state
    .insertInto('user')
    .values({ ...user, created_at: timeText(now) })
    .execute()
  await state
    .insertInto('member')
    .values({ account, user: user.id, role: 'administrator', created_at: timeText(now) })
    .execute()
  return user
}
