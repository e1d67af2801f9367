// A sampling rate in words.
import { setUpMessages } from '../messages/set-up.ts'
import { formatCount } from '../view/units.ts'

const text = setUpMessages.choose

export function samplingText(rate: number): string {
  return rate === 1 ? text.everyPacket : text.oneIn(formatCount(rate))
}
