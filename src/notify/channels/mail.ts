// Mail by SMTP: text and simple HTML; the END answers the START's mail, so that readers show them as one conversation.
import { createTransport, type SendMailOptions } from 'nodemailer'
import { factsOf, title, type AlertMessage } from '../alert-message.ts'
import type { Config } from '../../contract/config.ts'
import { DeliveryError } from '../delivery-error.ts'

export type SmtpConfig = Config['alerts']['smtp']

/** @throws DeliveryError when the server does not take it */
export async function sendMail(
  message: AlertMessage,
  to: string,
  { smtp, timeoutMs }: { smtp: SmtpConfig; timeoutMs: number },
): Promise<void> {
  if (smtp.host === '') throw new DeliveryError('no mail server is configured; set alerts.smtp.host', { rejected: true })
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === 'implicit',
    requireTLS: smtp.tls === 'starttls',
    ignoreTLS: smtp.tls === 'off',
    ...(smtp.user === '' ? {} : { auth: { user: smtp.user, pass: smtp.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // What is in a mail is written here; nothing is to be fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail(mail(message, to, smtp.from))
  } catch (error) {
    throw mailFault(error)
  } finally {
    transport.close()
  }
}

function mail(message: AlertMessage, to: string, from: string): SendMailOptions {
  const started =
    message.started === undefined ? {} : { inReplyTo: messageId(message.started, from), references: messageId(message.started, from) }
  return {
    from,
    to: { name: '', address: to },
    subject: `[Drawbridge] ${title(message)}`,
    // The same at every try: a server or reader that sees it twice can tell.
    messageId: messageId(message.delivery, from),
    ...started,
    date: new Date(message.at),
    // RFC 3834: no holiday greetings in return.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Drawbridge-Correlation-Id': message.correlation },
    text: plainText(message),
    html: htmlText(message),
  }
}

function messageId(delivery: string, from: string): string {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost'
  return `<${delivery}@${domain}>`
}

function plainText(message: AlertMessage): string {
  const facts = factsOf(message).map(({ title, value }) => `${title}: ${value}`)
  return [message.text, '', ...facts, '', `Policy: ${message.policy.name}`].join('\n')
}

function htmlText(message: AlertMessage): string {
  const rows = factsOf(message).map(({ title, value }) => `<tr><th align="left">${escaped(title)}</th><td>${escaped(value)}</td></tr>`)
  const link = message.link === '' ? '' : `<p><a href="${escaped(message.link)}">Open the incident</a></p>`
  return `<h2>${escaped(title(message))}</h2><p>${escaped(message.text)}</p>${link}<table cellpadding="4">${rows.join('')}</table><p>Policy: ${escaped(message.policy.name)}</p>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Replies from 500 on are refusals for good (RFC 5321 §4.2.1). What the server says may quote the mail, so only codes are told. */
function mailFault(error: unknown): DeliveryError {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
  if (typeof responseCode === 'number') {
    return new DeliveryError(`SMTP ${responseCode}`, { rejected: responseCode >= 500, cause: error })
  }
  return new DeliveryError(`SMTP: ${typeof code === 'string' ? code : 'the connection failed'}`, { cause: error })
}
