// Whether the kernel has thrown away datagrams because the server did not fetch them in time.
import type { ListenerStatus } from '../../../contract/collector-status.ts'
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'

export interface DropsReading {
  readonly listeners: readonly Pick<ListenerStatus, 'address' | 'kernel_drops' | 'receive_buffer' | 'receive_buffer_asked'>[]
  /** Datagrams that were taken since the server began. */
  readonly received: number
}

export function checkKernelDrops({ listeners, received }: DropsReading): DoctorFinding[] {
  if (listeners.some(({ kernel_drops }) => kernel_drops === null)) {
    const advice = 'Compare what the routers say they have sent with the ledger page.'
    return [found('kernel_drops', 'unknown', 'The kernel does not tell whether it drops datagrams.', { advice })]
  }
  const losing = listeners.filter(({ kernel_drops }) => (kernel_drops ?? 0) > 0)
  if (losing.length === 0) return [fine('kernel_drops', `The kernel has dropped none of ${received} datagrams since the start.`)]
  const drops = losing.reduce((sum, { kernel_drops }) => sum + (kernel_drops ?? 0), 0)
  const share = Math.max(0.01, (100 * drops) / Math.max(1, drops + received)).toFixed(2)
  const text = `The kernel has dropped ${drops} of ${drops + received} datagrams (${share} %) since the start, at ${losing.map(({ address }) => address).join(', ')}.`
  return [found('kernel_drops', 'warning', text, remedy(losing))]
}

/** A small buffer is the cause until it is as large as was asked for; then it is the asking. */
function remedy(losing: DropsReading['listeners']): { readonly advice: string; readonly command: string } {
  const asked = Math.max(...losing.map(({ receive_buffer_asked }) => receive_buffer_asked))
  if (losing.some(({ receive_buffer }) => receive_buffer < asked)) {
    return {
      advice: 'Grant the receive buffer that is asked for, then restart the server.',
      command: `sudo sysctl -w net.core.rmem_max=${asked}`,
    }
  }
  const twice = (2 * asked) / 2 ** 20
  return {
    advice:
      'Ask for a larger buffer (collect.receive_buffer_mib), or for more threads (collect.workers) if the machine has cores to spare.',
    command: `drawbridge serve --set collect.receive_buffer_mib=${twice}`,
  }
}
