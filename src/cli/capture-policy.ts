// `capture policy`: shows and changes what an account allows its captures.
import { Option, type Command } from 'commander'
import type { CapturePolicy } from '../contract/capture.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { wholeNumber } from './capture-flags.ts'
import { capturesPath } from './capture-follow.ts'
import { policyText } from './capture-text.ts'

interface PolicyFlags extends ApiFlagValues {
  readonly json?: boolean
  readonly snapLengthCap?: number
  readonly maskPayload?: 'yes' | 'no'
  readonly expireDays?: number
  readonly fullDownload?: 'yes' | 'no'
}

const path = `${capturesPath}/policy`

export function addPolicy(command: Command): void {
  addApiAndJsonFlags(command.command('policy'))
    .description('Show what the account allows captures to do; with flags, change that (scope agents:write)')
    .option('--snap-length-cap <bytes>', 'of each packet, the most that anybody may ask for', wholeNumber)
    .addOption(new Option('--mask-payload <answer>', 'overwrite payload whatever is asked for').choices(['yes', 'no']))
    .option('--expire-days <days>', 'captures that the server keeps are deleted so many days after their end', wholeNumber)
    .addOption(new Option('--full-download <answer>', 'let full captures be read back from the bucket').choices(['yes', 'no']))
    .action(policy)
}

async function policy({ json, ...flags }: PolicyFlags): Promise<void> {
  const changes = changesOf(flags)
  const isChange = Object.keys(changes).length > 0
  const client = new ApiClient(flags, [isChange ? 'agents:write' : 'captures:read'])
  const before = await client.call<CapturePolicy>('GET', path)
  const after = isChange ? await client.call<CapturePolicy>('PUT', path, { ...before, ...changes }) : before
  process.stdout.write(json ? `${JSON.stringify(after)}\n` : policyText(after))
}

function changesOf({ snapLengthCap, maskPayload, expireDays, fullDownload }: PolicyFlags): Partial<CapturePolicy> {
  return {
    ...(snapLengthCap !== undefined && { snap_length_cap: snapLengthCap }),
    ...(maskPayload !== undefined && { mask_payload: maskPayload === 'yes' }),
    ...(expireDays !== undefined && { expire_days: expireDays }),
    ...(fullDownload !== undefined && { full_download: fullDownload === 'yes' }),
  }
}
