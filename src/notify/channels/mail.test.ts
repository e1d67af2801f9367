// Tests mail by a real SMTP server: content, threads, sign-in, refusals.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { configSchema } from '../../contract/config.ts'
import { alertMessage, endMessage } from '../testing/alert-messages.ts'
import { startMailReceiver, type MailReceiver } from '../testing/mail-receiver.ts'
import { sendMail, type SmtpConfig } from './mail.ts'

let receiver: MailReceiver
beforeEach(async () => {
  receiver = await startMailReceiver()
})
afterEach(() => receiver.close())

const smtp = (fields: Partial<SmtpConfig> = {}): SmtpConfig => ({
  ...configSchema.parse({}).alerts.smtp,
  host: '127.0.0.1',
  port: receiver.port,
  tls: 'off',
  from: 'Drawbridge <alerts@drawbridge.example>',
  ...fields,
})
const send = (message = alertMessage(), fields: Partial<SmtpConfig> = {}) =>
  sendMail(message, 'noc@example.com', { smtp: smtp(fields), timeoutMs: 3000 })

it('sends text and HTML, with an id that stays at every try', async () => {
  await send()
  await send()
  const [mail, again] = receiver.mails
  expect(mail).toMatchObject({ from: 'alerts@drawbridge.example', to: ['noc@example.com'] })
  expect(mail?.headers.get('subject')).toBe('[Drawbridge] Magic Network Monitoring: Volumetric Attack')
  expect(mail?.headers.get('message-id')).toBe(`<${'d'.repeat(32)}@drawbridge.example>`)
  expect(again?.headers.get('message-id')).toBe(mail?.headers.get('message-id'))
  expect(mail?.headers.get('content-type')).toContain('multipart/alternative')
  expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
  expect(mail?.text).toContain('Traffic: 6.4Gb/s')
  expect(mail?.text).toContain('&lt;!channel&gt;')
  expect(mail?.text).toContain('Night &amp; day')
})

it('lets the END answer the START', async () => {
  await send(endMessage())
  const [mail] = receiver.mails
  expect(mail?.headers.get('subject')).toMatch(/^\[Drawbridge\] Ended: /)
  expect(mail?.headers.get('in-reply-to')).toBe(`<${'d'.repeat(32)}@drawbridge.example>`)
  expect(mail?.headers.get('references')).toBe(`<${'d'.repeat(32)}@drawbridge.example>`)
})

it('puts no line of an alert into the header', async () => {
  await send(alertMessage({ name: 'a\r\nBcc: victim@example.com' }))
  expect(receiver.mails[0]?.to).toEqual(['noc@example.com'])
  expect(receiver.mails[0]?.headers.has('bcc')).toBe(false)
})

it('signs in', async () => {
  await send(alertMessage(), { user: 'me', password: 'right' })
  expect(receiver.mails[0]?.user).toBe('me')
  const failing = send(alertMessage(), { user: 'me', password: 'wrong-password' })
  await expect(failing).rejects.toMatchObject({ message: 'SMTP 535', rejected: true })
})

it('takes 4xx for later and 5xx for no, and quotes nothing of the answer', async () => {
  receiver.refusal = Object.assign(new Error('greylisted, noc@example.com'), { responseCode: 451 })
  await expect(send()).rejects.toMatchObject({ message: 'SMTP 451', rejected: false })
  receiver.refusal = Object.assign(new Error('no such user noc@example.com'), { responseCode: 550 })
  await expect(send()).rejects.toMatchObject({ message: 'SMTP 550', rejected: true })
})

it('sends nothing in the clear where TLS is wanted', async () => {
  await expect(send(alertMessage(), { tls: 'starttls' })).rejects.toMatchObject({ message: expect.stringMatching(/^SMTP/) })
  expect(receiver.mails).toEqual([])
})

it('says what to configure when there is no server, and that one does not answer', async () => {
  await expect(send(alertMessage(), { host: '' })).rejects.toMatchObject({
    message: 'no mail server is configured; set alerts.smtp.host',
    rejected: true,
  })
  const { port } = receiver
  await receiver.close()
  await expect(send(alertMessage(), { port })).rejects.toMatchObject({ message: expect.stringMatching(/^SMTP: E/), rejected: false })
  receiver = await startMailReceiver()
})
