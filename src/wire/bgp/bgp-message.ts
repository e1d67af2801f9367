// Any BGP message, decoded by its type.
import { familyOf, type BgpFamily } from './bgp-family.ts'
import { messageType, type BgpFrame } from './bgp-framer.ts'
import { decodeNotification, type BgpNotification } from './bgp-notification.ts'
import { decodeOpen, type ReceivedOpen } from './bgp-open.ts'
import type { UpdateForm } from './bgp-attributes.ts'
import { decodeUpdate, type BgpUpdate } from './bgp-update-decode.ts'

/** ROUTE-REFRESH (RFC 2918, RFC 7313). */
export interface RouteRefresh {
  /** Null for families that are not announced here. */
  readonly family: BgpFamily | null
  /** 0 asks for all routes of the family; others mark the begin and end of such an answer. */
  readonly subtype: number
}

export type BgpMessage =
  | { readonly type: 'open'; readonly open: ReceivedOpen }
  | { readonly type: 'update'; readonly update: BgpUpdate }
  | { readonly type: 'notification'; readonly notification: BgpNotification }
  | { readonly type: 'keepalive' }
  | { readonly type: 'route-refresh'; readonly refresh: RouteRefresh }

/**
 * @param frame of a framer, which has checked its type and least length
 * @throws BgpError with what the session has to end with
 */
export function decodeMessage({ type, body }: BgpFrame, form: UpdateForm): BgpMessage {
  switch (type) {
    case messageType.open:
      return { type: 'open', open: decodeOpen(body) }
    case messageType.update:
      return { type: 'update', update: decodeUpdate(body, form) }
    case messageType.notification:
      return { type: 'notification', notification: decodeNotification(body) }
    case messageType.keepalive:
      return { type: 'keepalive' }
    default:
      return { type: 'route-refresh', refresh: { family: familyOf((body[0] << 8) | body[1], body[3]) ?? null, subtype: body[2] } }
  }
}
