// The command `token`: creates, lists and revokes API tokens in the data folder, whether the server runs or not.
import { Command, Option } from 'commander'
import type { Principal } from '../app/context.ts'
import { scopeNames, type Scope } from '../contract/scopes.ts'
import type { ApiToken, NewApiToken } from '../contract/member.ts'
import { addConfigFlags, type ConfigFlagValues } from './config-flags.ts'
import { explained, withState } from './local-state.ts'

/** Enough for the API's clients; tokens that announce prefixes, see packets or make tokens are asked for by name. */
const defaultScopes: readonly Scope[] = [
  'mnm:read',
  'mnm:write',
  'mnm:admin',
  'analytics:read',
  'notifications:read',
  'notifications:write',
  'advertisements:read',
  'captures:read',
]

interface CommonFlags extends ConfigFlagValues {
  readonly json?: boolean
}

interface CreateFlags extends CommonFlags {
  readonly name: string
  readonly scope?: readonly string[]
  readonly expires?: string
  readonly key?: boolean
}

export function tokenCommand(): Command {
  const command = new Command('token').description('Create, list and revoke API tokens')
  withFlags(command.command('create'))
    .description('Create a token and print its secret, this once')
    .option('--name <name>', 'what it is for', 'command line')
    .addOption(new Option('--scope <scope...>', `what it may do (default: ${defaultScopes.join(' ')})`).choices(scopeNames))
    .option('--expires <time>', 'when it ends: 90d, or a time like 2027-01-31T00:00:00Z (default: never)')
    .option('--key', 'a global key for X-Auth-Email and X-Auth-Key in place of a token')
    .action(create)
  withFlags(command.command('list')).description('List tokens and keys, without their secrets').action(list)
  withFlags(command.command('revoke')).description('Revoke a token or key at once').argument('<id>', 'id from token list').action(revoke)
  return command.addHelpText(
    'after',
    `
The server need not run; where it does, changes count from the next request on.

Examples:
  $ drawbridge token create --name grafana --scope analytics:read --expires 365d
  $ drawbridge token list
  $ drawbridge token revoke 0123456789abcdef0123456789abcdef
`,
  )
}

function withFlags(command: Command): Command {
  return addConfigFlags(command).option('--json', 'print JSON')
}

async function create({ name, scope, expires, key, json, ...flags }: CreateFlags): Promise<void> {
  await withState(flags, async ({ context, principal }) => {
    const { createToken } = await import('../app/token/create.ts')
    const expires_at = expires === undefined ? null : expiryTime(expires, context.clock.now())
    const body = { kind: key ? 'key' : 'token', name, scopes: scope ?? defaultScopes, expires_at }
    const token = await explained(createToken(context, principal, body))
    const { account, user } = principal
    if (json) print(JSON.stringify({ ...token, account_id: account.id, email: user.email }))
    else print(createdText(token, principal))
  })
}

function createdText(token: NewApiToken, { account, user }: Principal): string {
  const use = token.kind === 'key' ? `X-Auth-Email: ${user.email}\nX-Auth-Key: ${token.secret}` : `Authorization: Bearer ${token.secret}`
  return `Created ${token.kind} ${token.name} (${token.id}): ${token.scopes.join(', ')}, ${endText(token)}.
Account ${account.id}
The secret is shown this once; only its hash is kept. Send it as

${use}
`
}

const endText = ({ expires_at }: ApiToken) => (expires_at === null ? 'without an end' : `until ${expires_at}`)

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async ({ context, principal }) => {
    const { listTokens } = await import('../app/token/list.ts')
    const tokens = await listTokens(context, principal)
    if (json) print(JSON.stringify(tokens))
    else if (tokens.length === 0) print('There are no tokens. Next: drawbridge token create --name NAME')
    else for (const token of tokens) print(listLine(token))
  })
}

function listLine(token: ApiToken): string {
  const state = token.revoked_at === null ? endText(token) : `revoked ${token.revoked_at}`
  const used = token.last_used_at === null ? 'never used' : `used ${token.last_used_at}`
  return `${token.id}  ${token.kind}  ${token.name}  ${token.scopes.join(',')}  ${token.user.email}  ${state}, ${used}`
}

async function revoke(id: string, { json, ...flags }: CommonFlags): Promise<void> {
  await withState(flags, async ({ context, principal }) => {
    const { revokeToken } = await import('../app/token/revoke.ts')
    const token = await explained(revokeToken(context, principal, id), 'drawbridge token list')
    print(json ? JSON.stringify(token) : `Revoked ${token.kind} ${token.name} (${token.id}).`)
  })
}

/** `90d` from now, or the time itself, whose form createToken checks. */
function expiryTime(text: string, now: number): string {
  const days = /^(\d{1,5})d$/.exec(text)?.[1]
  return days === undefined ? text : new Date(now + Number(days) * 86_400_000).toISOString()
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
