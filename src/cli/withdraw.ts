// The command `withdraw`: takes back what is announced of a prefix, whoever asked for it.
import { Command } from 'commander'
import { suggestion } from '../base/nearest-name.ts'
import type { Advertisement } from '../contract/advertisement.ts'
import { addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { advertisementsText, outcomeText } from './advertisement-text.ts'
import { CommandError } from './command-error.ts'
import { confirm } from './confirm.ts'
import { currentAdvertisements } from './current-advertisements.ts'

interface Flags extends ApiFlagValues {
  readonly why: string
  readonly yes?: boolean
  readonly json?: boolean
}

export function withdrawCommand(): Command {
  return addApiFlags(new Command('withdraw'))
    .description('Withdraw what is announced of a prefix, also what rules have announced')
    .argument('<prefix>', 'announced prefix, or the id of an advertisement')
    .requiredOption('--why <reason>', 'kept in the history')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(withdraw)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scope advertisements:write.
The incident that it was announced for does not announce it again.

Examples:
  $ drawbridge withdraw 203.0.113.0/24 --why "attack is over"
  $ drawbridge withdraw 0123456789abcdef0123456789abcdef --why "wrong prefix" --yes
`,
    )
}

async function withdraw(name: string, { why, yes = false, json = false, ...flags }: Flags): Promise<void> {
  const client = new ApiClient(flags, ['advertisements:write'])
  const chosen = await choose(client, name)
  if (!yes) process.stderr.write(advertisementsText(chosen, Date.now()))
  await confirm(chosen.length === 1 ? 'Withdraw it?' : `Withdraw these ${chosen.length}?`, yes)
  const results: Advertisement[] = []
  for (const { id } of chosen) results.push(await client.call<Advertisement>('POST', `/drawbridge/advertisements/${id}/withdraw`, { why }))
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : outcomeText(results))
}

async function choose(client: ApiClient, name: string): Promise<readonly Advertisement[]> {
  const current = await currentAdvertisements(client)
  const chosen = current.filter(({ id, route }) => id === name || route.prefix === name)
  if (chosen.length > 0) return chosen
  const near = suggestion(
    name,
    current.map(({ route }) => route.prefix),
  )
  throw new CommandError(`nothing is announced of ${name}${near}`, { next: 'drawbridge advertisements' })
}
