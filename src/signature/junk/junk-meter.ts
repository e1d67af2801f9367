// Notes of each packet what makes it look like nobody could want it, and tells what is notable. Bounded: an even selection
// of the packets is looked at.
import type { JunkFinding, JunkKind } from '../../contract/signature.ts'
import type { FedPacket } from '../packet-feed.ts'
import { junkLooks, notable } from './junk-looks.ts'
import { SideNotes } from './side-notes.ts'

export type MeterSide = 'attack' | 'baseline'

export class JunkMeter {
  readonly #attack = new SideNotes()
  #baseline: SideNotes | null = null

  add(packet: FedPacket, side: MeterSide): void {
    if (side === 'attack') this.#attack.add(packet)
    else (this.#baseline ??= new SideNotes()).add(packet)
  }

  /** What is notable of the attack, the most striking first. Nothing that the baseline has as well, but for checksums. */
  findings(): JunkFinding[] {
    const kinds = Object.keys(junkLooks) as JunkKind[]
    const found = kinds.flatMap((kind) => this.#finding(kind) ?? [])
    return found.toSorted((one, other) => excess(other) - excess(one))
  }

  #finding(kind: JunkKind): JunkFinding | null {
    const look = junkLooks[kind]
    const attack = look(this.#attack)
    const baseline = this.#baseline === null ? null : look(this.#baseline)
    return notable(kind, attack, baseline)
  }
}

const excess = ({ share, baseline }: JunkFinding) => share.share - (baseline?.share ?? 0)
