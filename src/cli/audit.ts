// The command `audit`: who changed what, the newest first.
import { Command, InvalidArgumentError } from 'commander'
import type { AuditLine, AuditPage } from '../contract/settings.ts'
import type { Member } from '../contract/member.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { printable } from './capture-text.ts'
import { CommandError } from './command-error.ts'
import { minutesOf } from './duration-flag.ts'
import { tableText } from './rule-text.ts'

interface AuditFlags extends ApiFlagValues {
  readonly json?: boolean
  readonly action?: string
  readonly user?: string
  readonly since?: string
  readonly before?: number
  readonly limit: number
}

const path = '/drawbridge/audit'
/** What one answer holds at most. */
const pageSize = 200
const mostLines = 10_000

export function auditCommand(): Command {
  return addApiAndJsonFlags(new Command('audit').description('Show who changed what, the newest first'))
    .option('--action <action>', 'only this one, like rule.edit; or all of a kind: rule.')
    .option('--user <user>', 'only of this member: address or id')
    .option('--since <time>', 'only from then on: 30m, 12h or 7d ago, or a time like 2027-01-31T00:00:00Z', sinceText)
    .option('--limit <number>', 'lines at most', limitOf, 50)
    .option('--before <id>', 'only lines before this one: where the last answer ended', idOf)
    .action(audit)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scope admin.

Examples:
  $ drawbridge audit
  $ drawbridge audit --action rule. --since 7d
  $ drawbridge audit --user admin@localhost --limit 500 --json
`,
    )
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > mostLines)
    throw new InvalidArgumentError(`must be a whole number from 1 to ${mostLines}`)
  return Number(text)
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('must be the id of a line, as --json tells it')
  return Number(text)
}

function sinceText(text: string): string {
  if (/^\d{1,5}[mhd]$/.test(text)) return new Date(Date.now() - minutesOf(text) * 60_000).toISOString()
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError('It is to be 30m, 12h or 7d, or a time like 2027-01-31T00:00:00Z.')
  return new Date(time).toISOString()
}

async function audit({ json, action, user, since, before, limit, ...flags }: AuditFlags): Promise<void> {
  const client = new ApiClient(flags, ['admin'])
  const filter = { ...(action && { action }), ...(since && { since }), ...(user && { user: await userId(client, user) }) }
  const { lines, next } = await readLines(client, filter, { before, limit })
  if (json) process.stdout.write(`${JSON.stringify({ lines, next })}\n`)
  else process.stdout.write(auditText(lines) + (next === null ? '' : `There are older lines: --before ${next}\n`))
}

type Filter = Readonly<Record<string, string>>

async function readLines(
  client: ApiClient,
  filter: Filter,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<Pick<AuditPage, 'lines' | 'next'>> {
  const lines: AuditLine[] = []
  let next: number | null | undefined = before
  do {
    const size = String(Math.min(limit - lines.length, pageSize))
    const query = new URLSearchParams({ ...filter, limit: size, ...(next && { before: String(next) }) })
    const page: AuditPage = await client.call<AuditPage>('GET', `${path}?${query}`)
    lines.push(...page.lines)
    next = page.next
  } while (next !== null && lines.length < limit)
  return { lines, next }
}

/** Those who are gone are named by their id only. */
async function userId(client: ApiClient, text: string): Promise<string> {
  if (/^[\da-f]{32}$/.test(text)) return text
  const members = await client.call<readonly Member[]>('GET', '/drawbridge/members')
  const found = members.find(({ user }) => user.email.toLowerCase() === text.toLowerCase())
  if (!found)
    throw new CommandError(`there is no member ${JSON.stringify(text)}; name somebody who has left by the id in --json`, { exitCode: 2 })
  return found.user.id
}

/** Characters of the facts that fit behind the rest on a line. */
const detailLength = 100

function auditText(lines: readonly AuditLine[]): string {
  if (lines.length === 0) return 'No line of the audit log is like that.\n'
  const rows = lines.map(({ at, user, via, action, target, detail }) => [
    at,
    printable(user?.email ?? 'somebody who is gone'),
    via,
    action,
    clip(printable(target), 40),
    clip(printable(JSON.stringify(detail)), detailLength),
  ])
  return tableText([['TIME', 'WHO', 'VIA', 'ACTION', 'WHAT', 'DETAIL'], ...rows])
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
