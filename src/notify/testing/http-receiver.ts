// A real HTTP server that takes webhooks, for tests: remembers what came and answers as it is told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

export interface HttpReceiver {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly requests: ReceivedRequest[]
  /** Replaces how requests are answered; 200 with `ok` until then. */
  answer: (request: ReceivedRequest, response: ServerResponse) => void
  close(): Promise<void>
}

/** @param port any free one when left out */
export async function startHttpReceiver(port = 0): Promise<HttpReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      // Every channel sends an object.
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as ReceivedRequest['body']
      const received = { method, url, headers, body }
      receiver.requests.push(received)
      receiver.answer(received, response)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this form.
  const bound = (server.address() as AddressInfo).port
  const receiver: HttpReceiver = {
    port: bound,
    origin: `http://127.0.0.1:${bound}`,
    requests: [],
    answer: (_request, response) => void response.end('ok'),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
  return receiver
}
