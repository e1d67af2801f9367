// The command `signature`: from capture files to a filter that holds an attack, and to the rules of other systems.
import { Command, InvalidArgumentError, Option } from 'commander'
import { defaultSignatureAsk, renderingFormats, type RenderingFormat } from '../contract/signature.ts'

/** As commander gives them. */
export interface SignatureFlags {
  readonly baseline?: string
  readonly filter?: string
  readonly maxFalse: number
  readonly minRecall: number
  readonly maxParts: number
  readonly sources?: boolean
  readonly format?: RenderingFormat
  readonly verify?: boolean
  readonly plots?: boolean
  readonly json?: boolean
  readonly name?: string
}

export function signatureCommand(): Command {
  return new Command('signature')
    .description('Derive the smallest filter that holds an attack and spares normal traffic, from captures of both')
    .argument('<attack>', 'pcap or pcapng capture of the attack; traffic that was there meanwhile does no harm')
    .option('--baseline <file>', 'capture of normal traffic to the same targets')
    .option('--filter <filter>', 'measure this filter in place of deriving one')
    .option('--max-false <share>', 'part of the normal packets that may be held at most', share, defaultSignatureAsk.max_false)
    .option('--min-recall <share>', 'part of the attack that is to be held at least', share, defaultSignatureAsk.min_recall)
    .option('--max-parts <number>', 'conjunctions at most, 1 to 8', parts, defaultSignatureAsk.max_parts)
    .option('--sources', 'allow source prefixes in it; they age fast, and forged ones are worth nothing')
    .addOption(new Option('--format <format>', 'print only this rendering').choices(renderingFormats))
    .option('--verify', 'let tcpdump, tshark and nft judge both files too; exit code 1 when a packet differs')
    .option('--plots', 'draw the fields that differ most, also where the output is no terminal')
    .option('--json', 'the whole report, or with --format the rendering, as JSON')
    .option('--name <name>', 'what it is called in rules (default: the name of the file)')
    .addHelpText('after', examples)
    .action(run)
}

const examples = `
Examples:
  $ drawbridge signature attack.pcap --baseline normal.pcap
  $ drawbridge signature attack.pcap --baseline normal.pcap --format nftables > block.nft
  $ drawbridge signature attack.pcap --baseline normal.pcap --max-false 0 --sources
  $ drawbridge signature attack.pcap --baseline normal.pcap --filter 'udp and src port 53 and len > 1000' --verify
`

function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('give a share from 0 to 1, for example 0.001 or 0.1%')
  return value
}

function parts(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 8) throw new InvalidArgumentError('give a whole number from 1 to 8')
  return value
}

async function run(attack: string, flags: SignatureFlags): Promise<void> {
  const { runSignature } = await import('./signature-run.ts')
  process.exitCode = await runSignature(attack, flags)
}
