// What `drawbridge agent doctor` finds out about the server: reachable, certificate good, token valid, clocks apart.
import { WebSocket, type RawData } from 'ws'
import type { AgentFinding } from '../../contract/agent.ts'
import { maxAgentMessage } from '../../contract/agent-protocol.ts'
import { closeFault, dialFault } from './dial-faults.ts'
import { readTlsFiles, socketUrl, type ServerAddress } from './server-address.ts'
import { readServerMessage } from './server-link.ts'

const handshakeMs = 10_000
/** Beyond it, what happened at the same time looks as if it had not, before the server has corrected it. */
const clockWarningMs = 500

interface Probe {
  /** Ms since 1970 by the server's clock, and when it came by ours. */
  readonly server: number
  readonly came: number
  readonly roundTripMs: number
}

/**
 * Opens a connection without saying hello, so that an agent that runs keeps its own, and waits for the first question,
 * which only those with a valid token are asked.
 */
export async function probeServer(address: ServerAddress, token: string): Promise<AgentFinding[]> {
  try {
    const url = socketUrl(address)
    const { server, came, roundTripMs } = await probe(url, await readTlsFiles(address), token)
    const how = url.protocol === 'wss:' ? 'by TLS, its certificate is verified' : 'without TLS'
    return [
      { id: 'server', state: 'ok', message: `The server ${address.server} is reached ${how}, and knows this agent.`, command: null },
      clockFinding(came - server - roundTripMs / 2, roundTripMs / 2),
    ]
  } catch (error) {
    const message = `The server ${address.server} cannot be used: ${dialFault(error)}.`
    return [{ id: 'server', state: 'failed', message, command: null }]
  }
}

function probe(url: URL, tls: object, token: string): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      ...tls,
      headers: { authorization: `Bearer ${token}` },
      maxPayload: maxAgentMessage,
      perMessageDeflate: false,
      handshakeTimeout: handshakeMs,
    })
    const deadline = setTimeout(() => socket.terminate(), handshakeMs)
    let question: { server: number; came: number; asked: number } | undefined
    socket.on('message', (data: RawData) => {
      // One Buffer for each message: nodebuffer is the default.
      const { message } = readServerMessage(data as Buffer)
      if (message?.type !== 'clock' || question !== undefined) return
      question = { server: message.server, came: Date.now(), asked: performance.now() }
      socket.ping()
    })
    socket.on('pong', () => {
      if (question === undefined) return
      const { server, came, asked } = question
      resolve({ server, came, roundTripMs: performance.now() - asked })
      socket.close(1000)
    })
    socket.on('error', reject)
    socket.on('close', (code, reason) => {
      clearTimeout(deadline)
      reject(new Error(closeFault(code, reason.toString())))
    })
  })
}

function clockFinding(offsetMs: number, errorMs: number): AgentFinding {
  const apart = `${Math.abs(offsetMs).toFixed(1)} ms ${offsetMs < 0 ? 'behind' : 'ahead of'} the server's, ±${errorMs.toFixed(1)} ms`
  const off = Math.abs(offsetMs) - errorMs > clockWarningMs
  return {
    id: 'server_clock',
    state: off ? 'warning' : 'ok',
    message: `The clock of this host is ${apart}.`,
    command: off ? 'timedatectl set-ntp true' : null,
  }
}
