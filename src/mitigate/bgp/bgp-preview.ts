// What a neighbour would be sent for a route: the UPDATE in words and in bytes.
import type { PreviewMessage } from '../../contract/advertisement.ts'
import { describeUpdate } from '../../wire/bgp/bgp-describe.ts'
import { encodeAnnouncement } from '../../wire/bgp/bgp-update.ts'
import type { DriverRoute } from '../driver.ts'
import type { BgpNeighbor } from './bgp-neighbor.ts'
import { attributesOf, nlriOf } from './outbound-route.ts'

/** @param route one that the neighbour takes */
export function previewFor(route: DriverRoute, neighbor: BgpNeighbor): PreviewMessage {
  const { name, address, as } = neighbor.config
  const to = `${name} (${address}, AS ${as})`
  const { family, nlri } = nlriOf(route.route)
  const terms = neighbor.terms()
  const ready = neighbor.isEstablished
  if (!terms.families.includes(family))
    return { driver: 'bgp', to, ready: false, lines: [`the neighbour does not take ${family}`], hex: '' }
  const attributes = attributesOf(route, family, terms)
  if (typeof attributes === 'string') return { driver: 'bgp', to, ready: false, lines: [attributes], hex: '' }
  const messages = encodeAnnouncement({ family, nlri: [nlri], attributes }, terms)
  const lines = messages.flatMap((message) => describeUpdate(message, terms))
  return { driver: 'bgp', to, ready, lines, hex: messages.map((message) => Buffer.from(message).toString('hex')).join('') }
}
