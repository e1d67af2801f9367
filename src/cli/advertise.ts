// The command `advertise`: announces a registered prefix by hand, after showing what will be sent to whom.
import { Command, Option } from 'commander'
import type { Advertisement, AdvertisementPreview } from '../contract/advertisement.ts'
import { driverNames, purposes } from '../contract/owned-prefix.ts'
import { addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { outcomeText, previewText } from './advertisement-text.ts'
import { confirm } from './confirm.ts'
import { minutesOf } from './duration-flag.ts'

interface Flags extends ApiFlagValues {
  readonly why: string
  readonly purpose: string
  readonly driver?: string
  readonly for?: number
  readonly until?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const path = '/drawbridge/advertisements'

export function advertiseCommand(): Command {
  return addApiFlags(new Command('advertise'))
    .description('Announce a registered prefix')
    .argument('<prefix>', 'like 203.0.113.0/24')
    .requiredOption('--why <reason>', 'kept in the history')
    .addOption(
      new Option('--purpose <purpose>', 'divert to a protection, or have it dropped upstream')
        .choices(purposes.filter((purpose) => purpose !== 'flowspec'))
        .default('divert'),
    )
    .addOption(new Option('--driver <name>', 'who announces it (default: all of the registered prefix)').choices(driverNames))
    .option('--for <time>', 'how long at most: 30m, 12h, 2d (default: as long as allowed)', minutesOf)
    .option('--until <time>', 'until when at most: a time like 2027-01-31T00:00:00Z')
    .option('--dry-run', 'only show what would be sent to whom; nothing is sent and nothing is recorded')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(advertise)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scope advertisements:write, or advertisements:read for --dry-run.
Ends with 0 when it is announced, waits for approval or is delayed, with 1 when it is refused or failed.

Examples:
  $ drawbridge advertise 203.0.113.0/24 --why "flood, ticket 4711" --dry-run
  $ drawbridge advertise 203.0.113.0/24 --why "flood, ticket 4711" --for 4h
  $ drawbridge advertise 203.0.113.7/32 --purpose blackhole --why "victim" --yes
`,
    )
}

async function advertise(prefix: string, flags: Flags): Promise<void> {
  const { why, purpose, driver, for: minutes, until, dryRun = false, yes = false, json = false } = flags
  const body = {
    prefix,
    purpose,
    why,
    ...(driver !== undefined && { driver }),
    ...(minutes !== undefined && { minutes }),
    ...(until !== undefined && { until }),
  }
  const client = new ApiClient(flags, ['advertisements:write'])
  const preview = await client.call<AdvertisementPreview>('POST', `${path}/preview`, body)
  if (dryRun) return print(json ? `${JSON.stringify(preview)}\n` : `${previewText(preview)}Nothing was sent.\n`)
  if (!yes) process.stderr.write(previewText(preview))
  await confirm(`Announce ${preview.route.prefix}?`, yes)
  const result = await client.call<readonly Advertisement[]>('POST', path, body)
  print(json ? `${JSON.stringify(result)}\n` : outcomeText(result))
  if (result.some(({ state }) => state === 'failed' || state === 'locked')) process.exitCode = 1
}

function print(text: string): void {
  process.stdout.write(text)
}
