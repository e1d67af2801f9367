// Whether the kernel grants the receive buffer that bursts of datagrams need.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, sizeText } from '../finding.ts'

export interface BufferReading {
  /** Bytes a socket. */
  readonly asked: number
  /** The smallest that was granted; null where it is not known. */
  readonly granted: number | null
}

export function checkReceiveBuffer({ asked, granted }: BufferReading): DoctorFinding {
  if (granted === null) {
    const advice = 'Start the server; it says what it was granted.'
    return found('receive_buffer', 'unknown', 'This system does not tell how large receive buffers may be.', { advice })
  }
  if (granted >= asked) return fine('receive_buffer', `Each socket has the receive buffer of ${sizeText(asked)} that is asked for.`)
  const text = `The kernel grants ${sizeText(granted)} of receive buffer instead of ${sizeText(asked)}, so bursts may be dropped.`
  return found('receive_buffer', 'warning', text, {
    advice: 'Allow more, for good, then restart the server.',
    command: `echo net.core.rmem_max=${asked} | sudo tee /etc/sysctl.d/90-drawbridge.conf && sudo sysctl --system`,
  })
}
