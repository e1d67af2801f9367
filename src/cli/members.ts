// The command `members`: who belongs to an account and as what, in the data folder, whether the server runs or not.
import { Argument, Command, Option } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Account, Principal } from '../app/context.ts'
import type { Config } from '../contract/config.ts'
import { localAccessFile, type LocalAccess } from '../contract/local-access.ts'
import type { Invitation, Member } from '../contract/member.ts'
import { roles } from '../contract/scopes.ts'
import { CommandError } from './command-error.ts'
import { addConfigFlags, type ConfigFlagValues } from './config-flags.ts'
import { explained, withState, type LocalState } from './local-state.ts'

interface CommonFlags extends ConfigFlagValues {
  readonly json?: boolean
  readonly account?: string
}

interface InviteFlags extends CommonFlags {
  readonly name?: string
  readonly role: string
}

const next = 'drawbridge members list'

export function membersCommand(): Command {
  const command = new Command('members').description('List, invite, change and remove the people of an account')
  withFlags(command.command('list')).description('List members with their roles').action(list)
  withFlags(command.command('invite'))
    .description('Add somebody and print a link to sign in with')
    .argument('<email>', 'address to sign in with; nothing is sent to it')
    .addOption(new Option('--role <role>', 'what they may do').choices(roles).default('viewer'))
    .option('--name <name>', 'how they are called (default: what stands before the @)')
    .action(invite)
  withFlags(command.command('role'))
    .description('Change what somebody may do, from their next request on')
    .argument('<email>', 'from members list')
    .addArgument(new Argument('<role>').choices(roles))
    .action(setRole)
  withFlags(command.command('remove'))
    .description('Remove somebody at once, with their tokens and sessions')
    .argument('<email>', 'from members list')
    .action(remove)
  withFlags(command.command('link'))
    .description('Print a link to sign in with, for somebody who cannot get in any more')
    .argument('<email>', 'from members list')
    .action(link)
  return command.addHelpText(
    'after',
    `
The server need not run; where it does, changes count from the next request on.

Examples:
  $ drawbridge members list
  $ drawbridge members invite ada@example.net --role operator --name 'Ada Lovelace'
  $ drawbridge members link admin@localhost
`,
  )
}

function withFlags(command: Command): Command {
  return addConfigFlags(command)
    .option('--account <account>', 'name or id of the account (default: the first)')
    .option('--json', 'print JSON')
}

async function list({ json, account, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async (local) => {
    const principal = await inAccount(local, account)
    const { listMembers } = await import('../app/member/list.ts')
    const members = await listMembers(local.context, principal)
    if (json) print(JSON.stringify(members))
    else print([accountText(principal), ...members.map(memberLine)].join('\n'))
  })
}

const accountText = ({ account }: Principal) => `Account ${account.name} (${account.id})`

function memberLine({ user, role, has_password, last_seen_at, tokens }: Member): string {
  const seen = last_seen_at === null ? 'never signed in' : `last seen ${last_seen_at}`
  return `${user.email}  ${role}  ${user.name}  ${has_password ? 'password' : 'no password'}, ${seen}, ${tokens} ${tokens === 1 ? 'token' : 'tokens'}`
}

async function invite(email: string, { json, account, name, role, ...flags }: InviteFlags): Promise<void> {
  await withState(flags, async (local) => {
    const principal = await inAccount(local, account)
    const { inviteMember } = await import('../app/member/invite.ts')
    const body = { email, role, ...(name === undefined ? {} : { name }) }
    printInvitation(await explained(inviteMember(local.context, principal, body), next), { json, local })
  })
}

async function setRole(email: string, role: string, { json, account, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async (local) => {
    const { principal, member } = await find(local, { email, account })
    const { editMember } = await import('../app/member/edit.ts')
    const edited = await explained(editMember(local.context, principal, { user: member.user.id, body: { role } }), next)
    print(json ? JSON.stringify(edited) : `${edited.user.email} is ${edited.role} now.`)
  })
}

async function remove(email: string, { json, account, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async (local) => {
    const { principal, member } = await find(local, { email, account })
    const { removeMember } = await import('../app/member/remove.ts')
    const removed = await explained(removeMember(local.context, principal, member.user.id), next)
    print(json ? JSON.stringify(removed) : `${member.user.email} is removed from ${principal.account.name}.`)
  })
}

async function link(email: string, { json, account, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async (local) => {
    const { principal, member } = await find(local, { email, account })
    const { linkMember } = await import('../app/member/invite.ts')
    printInvitation(await explained(linkMember(local.context, principal, member.user.id), next), { json, local })
  })
}

function printInvitation(
  invitation: Invitation,
  { json, local }: { readonly json: boolean | undefined; readonly local: LocalState },
): void {
  // Whoever can read the data folder administers every account, so there is a link.
  const url = `${addressOf(local.config)}${invitation.link ?? ''}`
  const { user, role } = invitation.member
  if (json) print(JSON.stringify({ ...invitation, url }))
  else print(`${user.email} (${role}) signs in with this link, once, until ${invitation.expires_at}:\n\n  ${url}`)
}

/** As people reach the server; as this machine does where nobody has said. */
function addressOf({ http, data }: Config): string {
  if (http.public_url !== undefined) return http.public_url.replace(/\/+$/, '')
  const file = path.join(data, localAccessFile)
  // The server writes this shape.
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as LocalAccess).url
  return `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`
}

async function inAccount({ context, principal }: LocalState, text: string | undefined): Promise<Principal> {
  if (text === undefined) return principal
  const rows = await context.state.selectFrom('account').select(['number', 'id', 'name']).orderBy('number').execute()
  const account: Account | undefined = rows.find(({ id }) => id === text) ?? rows.find(({ name }) => name === text)
  if (account) return { ...principal, account }
  const known = rows.map(({ name, id }) => `${JSON.stringify(name)} (${id})`).join(', ')
  throw new CommandError(`there is no account ${JSON.stringify(text)}; there are ${known}`, {
    next: 'drawbridge members list --account NAME',
  })
}

interface Sought {
  readonly email: string
  readonly account: string | undefined
}

async function find(local: LocalState, { email, account }: Sought): Promise<{ principal: Principal; member: Member }> {
  const principal = await inAccount(local, account)
  const { listMembers } = await import('../app/member/list.ts')
  const members = await listMembers(local.context, principal)
  const member = members.find(({ user }) => user.email === email.trim().toLowerCase())
  if (member) return { principal, member }
  throw new CommandError(`${JSON.stringify(email)} is no member of ${principal.account.name}`, { next: `${next}, or --account NAME` })
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
