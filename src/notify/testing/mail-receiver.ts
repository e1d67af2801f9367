// A real SMTP server that takes mail, for tests.
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Names in small letters, unfolded. */
  readonly headers: ReadonlyMap<string, string>
  /** Header and body, with the lines joined that quoted-printable broke (RFC 2045 §6.7). */
  readonly text: string
  /** User that signed in. */
  readonly user: string
}

export interface MailReceiver {
  readonly port: number
  readonly mails: ReceivedMail[]
  /** What the server says to a mail; nothing to take it. */
  refusal: (Error & { responseCode?: number }) | undefined
  close(): Promise<void>
}

export async function startMailReceiver(options: SMTPServerOptions = {}, port = 0): Promise<MailReceiver> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) =>
      callback(password === 'right' ? null : new Error('wrong password'), { user: username }),
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (receiver.refusal) return callback(receiver.refusal)
        const { mailFrom, rcptTo } = session.envelope
        const raw = Buffer.concat(chunks).toString()
        const from = mailFrom === false ? '' : mailFrom.address
        receiver.mails.push({
          from,
          to: rcptTo.map(({ address }) => address),
          headers: headersOf(raw),
          text: raw.replaceAll('=\r\n', ''),
          user: String(session.user ?? ''),
        })
        callback()
      })
    },
    ...options,
  })
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  // Whoever listens on TCP has an address of this form.
  const bound = (server.server.address() as AddressInfo).port
  const receiver: MailReceiver = {
    port: bound,
    mails: [],
    refusal: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
  return receiver
}

function headersOf(raw: string): Map<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]))
}
