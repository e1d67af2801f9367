// Follows sequence numbers and boot times of one sender: what was lost on the way, and whether several devices hide
// behind the address.
import type { DeviceFacts, SequenceFacts } from './sender-facts.ts'

/** Boot times closer than this are one: clocks in headers count whole seconds, and are set while they run. */
const sameBootMs = 10_000
/** Domains, ports of one and boot times of one that are followed. */
const most = 32
/** A jump of more is another numbering, not a loss. */
const sequenceJump = 10_000
const modulus = 0x1_0000_0000

interface Domain {
  readonly boots: number[]
  lastBoot: number
  bootReturns: number
  lastPort: number
  readonly ports: Map<number, Port>
}

/** A source port, with the number that its next datagram is expected to have, −1 when that is unknown. */
interface Port {
  expected: number
  /** Times that it went on with its own numbering after another port had sent. */
  returns: number
}

/** Fewer may be chance. */
const telling = 2

/** What one datagram says of its numbering. */
export interface SequenceNote {
  readonly domain: string
  readonly sourcePort: number
  readonly sequence: number
  /** How far the datagram moves it, −1 when unknown. */
  readonly units: number
}

export class DeviceTally {
  readonly #domains = new Map<string, Domain>()
  #seen = 0
  #lost = 0

  /** @param bootMs when the device started, by its own clock; 0 when it does not tell */
  noteBoot(domain: string, bootMs: number): void {
    const known = this.#domain(domain)
    if (known === undefined || bootMs === 0) return
    const index = known.boots.findIndex((boot) => Math.abs(boot - bootMs) < sameBootMs)
    if (index < 0) {
      if (known.boots.length >= most) return
      known.lastBoot = known.boots.push(bootMs) - 1
      return
    }
    known.boots[index] = bootMs
    // A device that restarts does not come back to the time of its earlier start.
    if (index !== known.lastBoot) known.bootReturns++
    known.lastBoot = index
  }

  noteSequence({ domain, sourcePort, sequence, units }: SequenceNote): void {
    const known = this.#domain(domain)
    const port = known === undefined ? undefined : portOf(known, sourcePort)
    if (known === undefined || port === undefined) return
    const { expected } = port
    port.expected = units < 0 ? -1 : (sequence + units) % modulus
    if (expected === sequence && units > 0 && known.lastPort !== sourcePort) port.returns++
    known.lastPort = sourcePort
    // Where ports share a numbering, a step of one is not a loss.
    if (expected < 0 || known.ports.size > 1) return
    const gap = (sequence - expected + modulus) % modulus
    if (units > 0) this.#seen += units
    if (gap <= sequenceJump) this.#lost += gap
  }

  /** Datagrams were not seen: what comes next does not follow what came before. */
  forgetSequences(): void {
    for (const { ports } of this.#domains.values()) for (const port of ports.values()) port.expected = -1
  }

  #domain(key: string): Domain | undefined {
    let domain = this.#domains.get(key)
    if (domain === undefined && this.#domains.size < most) {
      domain = { boots: [], lastBoot: -1, bootReturns: 0, lastPort: -1, ports: new Map() }
      this.#domains.set(key, domain)
    }
    return domain
  }

  sequence(): SequenceFacts {
    return { seen: this.#seen, lost: this.#lost }
  }

  devices(): DeviceFacts {
    const domains = [...this.#domains.values()]
    const split = domains.filter(({ bootReturns }) => bootReturns >= telling).toSorted((a, b) => b.bootReturns - a.bootReturns)[0]
    const numbered = domains.map(({ ports }) => ownNumberings(ports)).find((ports) => ports.length > 1)
    return { boots: [...(split?.boots ?? [])], ports: numbered ?? [] }
  }
}

function portOf({ ports }: Domain, sourcePort: number): Port | undefined {
  let port = ports.get(sourcePort)
  if (port === undefined && ports.size < most) {
    port = { expected: -1, returns: 0 }
    ports.set(sourcePort, port)
  }
  return port
}

function ownNumberings(ports: ReadonlyMap<number, Port>): number[] {
  return [...ports].filter(([, { returns }]) => returns >= telling).map(([port]) => port)
}
