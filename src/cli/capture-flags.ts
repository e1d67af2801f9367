// The flags that say what is to be captured, and the request body that they become.
import { InvalidArgumentError, Option, type Command } from 'commander'
import { captureEngines, captureHooks } from '../contract/capture.ts'

export interface CaptureFlagValues {
  readonly colo?: readonly string[]
  readonly seconds: number
  readonly packets?: number
  readonly bytes?: number
  readonly sampling?: number
  readonly snap?: number
  readonly hook?: string
  readonly interface?: string
  readonly engine?: string
  readonly ethernet?: boolean
  readonly mask?: boolean
  readonly note?: string
}

/** What is asked for beside the flags that all captures share. */
export interface CaptureAsked extends CaptureFlagValues {
  /** In the filter language; undefined for all packets. */
  readonly filter?: string | undefined
  readonly full?: boolean
  readonly destination?: string
  /** RFC 3339: answered from samples. */
  readonly before?: string
}

/** Adds the flags that say which packets, where, and how much of them. */
export function addCaptureFlags(command: Command, usual: { readonly seconds: number }): Command {
  return command
    .option('--colo <colo>', 'where: ord02, a group like ORD, several with commas, or * (default: everywhere)', places, undefined)
    .option('--seconds <number>', 'for how long', wholeNumber, usual.seconds)
    .option('--packets <number>', 'packets at most', wholeNumber)
    .option('--bytes <number>', 'bytes of packets at most', wholeNumber)
    .option('--sampling <number>', '1 in so many packets', wholeNumber)
    .option('--snap <bytes>', 'bytes kept of each packet', wholeNumber)
    .addOption(new Option('--hook <hook>', 'where in the packet path of the host (default: prerouting)').choices(captureHooks))
    .option('--interface <name>', 'only packets of this interface of the edge host')
    .addOption(new Option('--engine <engine>', 'interface is for mirror ports, which netfilter does not see').choices(captureEngines))
    .option('--ethernet', 'keep Ethernet headers')
    .option('--mask', 'overwrite payload with zeros on the edge host')
    .option('--note <text>', 'what to remember about it')
}

/** Words of a filter that stand apart, as people write them for tcpdump. */
export function filterOf(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(' ')
}

/** Packets of a simple capture when nobody says how many, the most that the original allows. */
const usualPackets = 10_000

/** The body of `POST …/drawbridge/captures`. What is not asked for is left to the server. */
export function captureBody(asked: CaptureAsked): Record<string, unknown> {
  return {
    ...placeBody(asked),
    system: 'magic-transit',
    time_limit: asked.seconds,
    ...given({
      packet_limit: asked.packets ?? (asked.full ? undefined : usualPackets),
      byte_limit: asked.bytes,
      offset_time: asked.before,
      destination_conf: asked.destination,
    }),
  }
}

/** The part of the body that a preview looks at. */
export function placeBody(asked: CaptureAsked): Record<string, unknown> {
  const { sampling, snap: snap_length, hook, interface: device, engine, note } = asked
  const link = asked.ethernet ? 'ethernet' : undefined
  return given({
    type: asked.full ? 'full' : 'simple',
    filter: asked.filter,
    colo_name: asked.colo?.join(','),
    drawbridge: given({ sampling, snap_length, hook, interface: device, engine, link, mask_payload: asked.mask, note }),
  })
}

function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** Parser of an option; the option may come again. */
function places(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** Parser of an option. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 on')
  return Number(text)
}
