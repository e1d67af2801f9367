// Tests syslog: the line by a parser of RFC 5424's grammar, and both transports by real sockets.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { alertMessage, endMessage } from '../testing/alert-messages.ts'
import { sendSyslog, syslogLine } from './syslog.ts'

/** PRI VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA BOM MSG (RFC 5424 §6). */
const grammar =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) (\d+) ([\x21-\x7e]{1,32}) (\[[\x21-\x7e]+(?: [\x21-\x7e]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\]) \uFEFF(.*)$/

it('writes lines as RFC 5424 has them, whatever the rule is called', () => {
  const message = alertMessage({ data: { rule_name: 'a"b\\c]d\ne', list: [1] }, text: 'two\nlines', type: 'fbm_dosd_attack' })
  const match = grammar.exec(syslogLine(message))
  expect(match?.slice(1, 3)).toEqual(['130', '2026-01-01T00:00:00.000Z'])
  expect(match?.[4]).toBe('drawbridge')
  expect(match?.[6]).toBe('fbm_dosd_attack')
  expect(match?.[7]).toContain(String.raw`rule_name="a\"b\\c\]d e"`)
  expect(match?.[7]).toContain(`correlation_id="${'c'.repeat(32)}"`)
  expect(match?.[8]).toBe('Magic Network Monitoring: Volumetric Attack: two lines')
  expect(grammar.exec(syslogLine(endMessage()))?.[1]).toBe('133')
})

it('stays short enough for a datagram', () => {
  const data = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`key${index}`, 'v'.repeat(5000)]))
  expect(Buffer.byteLength(syslogLine(alertMessage({ text: 'x'.repeat(9000), data })))).toBeLessThan(1400)
})

it('sends a datagram', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const received = once(socket, 'message')
  await sendSyslog(alertMessage(), `udp://127.0.0.1:${socket.address().port}`, 1000)
  // The first argument of a message is its bytes.
  const [bytes] = (await received) as [Buffer]
  expect(bytes.toString()).toBe(syslogLine(alertMessage()))
  socket.close()
})

it('sends counted octets over TCP, and tells when nobody takes them', async () => {
  let received = ''
  const server = createServer((socket) => {
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      received += text
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  const target = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  await sendSyslog(alertMessage(), target, 1000)
  const line = syslogLine(alertMessage())
  expect(received).toBe(`${Buffer.byteLength(line)} ${line}`)
  server.close()
  await once(server, 'close')
  await expect(sendSyslog(alertMessage(), target, 1000)).rejects.toMatchObject({
    name: 'DeliveryError',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})
