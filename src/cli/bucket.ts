// The command `bucket`: the buckets that full captures may go to, and the proof that they are one's own.
import { Command } from 'commander'
import { text } from 'node:stream/consumers'
import type { Bucket } from '../contract/capture.ts'
import { addApiAndJsonFlags, addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { tableText } from './rule-text.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

const path = '/pcaps/ownership'
const scopes = ['captures:write']

export function bucketCommand(): Command {
  const command = new Command('bucket').description('Add buckets for full captures, prove that they are yours, remove them')
  addApiAndJsonFlags(command.command('list', { isDefault: true }))
    .description('List buckets')
    .action(list)
  addApiAndJsonFlags(command.command('add'))
    .description('Add a bucket: a file is written to it, and what is in that file proves that the bucket is yours')
    .argument('<destination>', 'like s3://bucket/folder?region=eu-central-1, or - to read it from standard input when it holds keys')
    .action(add)
  addApiAndJsonFlags(command.command('validate'))
    .description('Prove that a bucket is yours')
    .argument('<destination>', 'as it was added; keys may be left out')
    .argument('<contents>', 'what is in the file, or - to read it from standard input')
    .action(validate)
  addApiFlags(command.command('remove'))
    .description('Forget a bucket and its keys; what is in it stays')
    .argument('<id>', 'its id')
    .action(remove)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope captures:write, or captures:read to list.

Examples:
  $ drawbridge bucket add 's3://pcaps/edge?region=us-east-1'
  $ aws s3 cp s3://pcaps/edge/ownership-challenge-ID.txt - | drawbridge bucket validate 's3://pcaps/edge?region=us-east-1' -
`,
  )
}

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  const buckets = await new ApiClient(flags, ['captures:read']).call<readonly Bucket[]>('GET', path)
  process.stdout.write(json ? `${JSON.stringify(buckets)}\n` : listText(buckets))
}

function listText(buckets: readonly Bucket[]): string {
  if (buckets.length === 0) return "There is no bucket.\nNext: drawbridge bucket add 's3://BUCKET/FOLDER?region=REGION'\n"
  const rows = buckets.map(({ status, submitted, destination_conf, id }) => [status, submitted.slice(0, 19), id, destination_conf])
  return tableText([['STATUS', 'ADDED', 'ID', 'DESTINATION'], ...rows])
}

async function add(destination: string, flags: CommonFlags): Promise<void> {
  const destination_conf = destination === '-' ? await standardInput() : destination
  answer(await new ApiClient(flags, scopes).call<Bucket>('POST', path, { destination_conf }), flags)
}

async function validate(destination_conf: string, contents: string, flags: CommonFlags): Promise<void> {
  const ownership_challenge = contents === '-' ? await standardInput() : contents
  answer(await new ApiClient(flags, scopes).call<Bucket>('POST', `${path}/validate`, { destination_conf, ownership_challenge }), flags)
}

function answer(bucket: Bucket, { json }: CommonFlags): void {
  process.stdout.write(json ? `${JSON.stringify(bucket)}\n` : stateText(bucket))
}

function stateText({ status, destination_conf, filename }: Bucket): string {
  const quoted = `'${destination_conf.replaceAll("'", String.raw`'\''`)}'`
  if (status === 'success')
    return `${destination_conf} is yours: captures can go there.\nNext: drawbridge capture start FILTER --full --destination ${quoted}\n`
  return `The file ${filename} was written to ${destination_conf}.\nNext: read it there, then drawbridge bucket validate ${quoted} CONTENTS\n`
}

async function remove(id: string, flags: ApiFlagValues): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new CommandError(`${JSON.stringify(id)} is no id of a bucket`, { next: 'drawbridge bucket list', exitCode: 2 })
  await new ApiClient(flags, scopes).call('DELETE', `${path}/${id}`)
  process.stdout.write(`Bucket ${id} is removed.\n`)
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Reading standard input; end it with Ctrl+D.\n')
  return (await text(process.stdin)).trim()
}
