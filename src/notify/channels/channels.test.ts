// Tests what each format of webhook sends: its shape, its limits, and that names in an alert cannot do harm there.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { endMessage, alertMessage } from '../testing/alert-messages.ts'
import { webhookChannels, webhookTypeOf, webhookTypes, type WebhookType } from '../webhook-types.ts'
import { pagerdutyEvent } from './pagerduty.ts'

const url = new URL('https://hooks.example/path?key=1')
const target = (secret?: string) => ({ url, secret })
const alert = (type: WebhookType, message = alertMessage(), secret?: string) => webhookChannels[type].alert(message, target(secret))
const long = alertMessage({ text: 'x'.repeat(50_000), name: 'n'.repeat(5000), data: { rule_name: 'r'.repeat(50_000) } })

describe('generic', () => {
  it('sends the body of the original with the secret as it is', () => {
    const { headers, body } = alert('generic', alertMessage(), 'as it is')
    expect(headers).toEqual({ 'cf-webhook-auth': 'as it is' })
    expect(body).toEqual({
      name: 'Magic Network Monitoring: Volumetric Attack',
      text: alertMessage().text,
      data: alertMessage().data,
      ts: 1_767_225_600,
      account_id: 'a'.repeat(32),
      policy_id: 'b'.repeat(32),
      policy_name: 'Night & day',
      alert_type: 'fbm_volumetric_attack',
      alert_correlation_id: 'c'.repeat(32),
      alert_event: 'ALERT_STATE_EVENT_START',
      link: 'https://drawbridge.example/incidents/1',
    })
    expect(alert('generic', endMessage())).toMatchObject({ headers: {}, body: { alert_event: 'ALERT_STATE_EVENT_END' } })
  })
})

describe('slack', () => {
  it('sends blocks whose text calls nobody', () => {
    const { body } = alert('slack')
    expect(body).toMatchObject({
      blocks: [{ type: 'header' }, { text: { text: expect.stringContaining('&lt;!channel&gt;') } }, { type: 'section' }],
    })
    expect(JSON.stringify((body as { blocks: unknown }).blocks)).not.toContain('<!')
    expect(JSON.stringify(body)).toContain('203.0.113.0/24, 198.51.100.0/24, 192.0.2.0/24 and 1 more')
    expect(JSON.stringify(body)).toContain('192.0.2.1 (42 %)')
  })
  it('keeps to the limits', () => {
    const { blocks } = alert('slack', long).body as { blocks: { text?: { text: string }; fields?: { text: string }[] }[] }
    expect(blocks[0]?.text?.text.length).toBeLessThanOrEqual(150)
    expect(blocks[1]?.text?.text.length).toBeLessThanOrEqual(3000)
    expect(blocks[2]?.fields?.every(({ text }) => text.length <= 2000)).toBe(true)
  })
})

describe('discord', () => {
  it('sends an embed in red and then in green, and calls nobody', () => {
    expect(alert('discord').body).toMatchObject({
      allowed_mentions: { parse: [] },
      embeds: [{ color: 0xd62d20, url: alertMessage().link }],
    })
    expect(alert('discord', endMessage()).body).toMatchObject({ embeds: [{ title: expect.stringMatching(/^Ended: /), color: 0x2ea043 }] })
  })
  it('keeps to the limits', () => {
    const { embeds } = alert('discord', long).body as { embeds: { title: string; description: string; fields: unknown[] }[] }
    expect(embeds[0]?.title.length).toBeLessThanOrEqual(256)
    expect(JSON.stringify(embeds[0]).length).toBeLessThan(6000)
  })
})

describe('gchat', () => {
  it('keeps START and END in one thread', () => {
    for (const message of [alertMessage(), endMessage()]) {
      const post = alert('gchat', message)
      expect(post.body).toMatchObject({ thread: { threadKey: 'c'.repeat(32) } })
      expect(post.url.href).toBe('https://hooks.example/path?key=1&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
    }
    expect(url.search).toBe('?key=1')
  })
})

describe('feishu', () => {
  it('signs with the secret', () => {
    const body = alert('feishu', alertMessage(), 'bot secret').body as { timestamp: string; sign: string; msg_type: string }
    expect(body.msg_type).toBe('post')
    expect(body.sign).toBe(createHmac('sha256', `${body.timestamp}\nbot secret`).update('').digest('base64'))
    expect(alert('feishu').body).not.toHaveProperty('sign')
  })
  it('knows a refusal behind a 200', () => {
    const { refusal } = webhookChannels.feishu
    expect([refusal?.('{"code":19021,"msg":"sign match fail"}'), refusal?.('{"code":0}'), refusal?.('<html>')]).toEqual([
      'the bot answered code 19021',
      undefined,
      'the bot did not answer JSON',
    ])
  })
})

describe('msteams', () => {
  it('sends an adaptive card with a link', () => {
    const { body } = alert('msteams')
    expect(body).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            version: '1.4',
            body: [{ color: 'Attention' }, { type: 'TextBlock' }, { type: 'FactSet' }],
            actions: [{ url: alertMessage().link }],
          },
        },
      ],
    })
    expect(JSON.stringify(alert('msteams', long).body).length).toBeLessThan(28_000)
  })
})

describe('opsgenie', () => {
  it('creates under the correlation id and closes the same', () => {
    const open = alert('opsgenie', alertMessage(), 'key')
    expect(open).toMatchObject({ headers: { authorization: 'GenieKey key' }, body: { alias: 'c'.repeat(32), priority: 'P2' } })
    const close = alert('opsgenie', endMessage(), 'key')
    expect(close.url.pathname).toBe(`/path/${'c'.repeat(32)}/close`)
    expect(close.url.searchParams.get('identifierType')).toBe('alias')
    expect((alert('opsgenie', long).body as { message: string }).message.length).toBeLessThanOrEqual(130)
  })
})

describe('datadog', () => {
  it('sends one event for START and one for END under one key', () => {
    expect(alert('datadog', alertMessage(), 'key')).toMatchObject({
      headers: { 'dd-api-key': 'key' },
      body: { alert_type: 'error', aggregation_key: 'c'.repeat(32) },
    })
    expect(alert('datadog', endMessage())).toMatchObject({ body: { alert_type: 'success', aggregation_key: 'c'.repeat(32) } })
  })
})

describe('splunk', () => {
  it('wraps the generic body for the event endpoint and not for the raw one', () => {
    const wrapped = alert('splunk', alertMessage(), 'token')
    expect(wrapped).toMatchObject({
      headers: { authorization: 'Splunk token' },
      body: { event: { alert_event: 'ALERT_STATE_EVENT_START' }, time: 1_767_225_600 },
    })
    const raw = webhookChannels.splunk.alert(alertMessage(), {
      url: new URL('https://s.example/services/collector/raw'),
      secret: undefined,
    })
    expect(raw.body).toMatchObject({ alert_event: 'ALERT_STATE_EVENT_START' })
  })
})

describe('pagerduty', () => {
  it('triggers and resolves under the correlation id', () => {
    const endpoint = new URL('https://events.example/v2/enqueue')
    const trigger = pagerdutyEvent(alertMessage(), endpoint, 'routing')
    expect(trigger.body).toMatchObject({
      routing_key: 'routing',
      event_action: 'trigger',
      dedup_key: 'c'.repeat(32),
      payload: { severity: 'warning', source: 'drawbridge', timestamp: '2026-01-01T00:00:00.000Z', custom_details: alertMessage().data },
      links: [{ href: alertMessage().link }],
    })
    expect(pagerdutyEvent(endMessage(), endpoint, 'routing').body).toEqual({
      routing_key: 'routing',
      event_action: 'resolve',
      dedup_key: 'c'.repeat(32),
    })
    expect((pagerdutyEvent(long, endpoint, 'r').body as { payload: { summary: string } }).payload.summary.length).toBe(1024)
  })
})

it.each(webhookTypes)('%s says hello with its credential and without an alert', (type) => {
  const { headers, body, url: to } = webhookChannels[type].hello('Hello World!', target('secret'))
  expect(to.href).toBe(url.href)
  expect(JSON.stringify(body)).toContain('Hello World!')
  expect(JSON.stringify(headers) + JSON.stringify(body)).not.toContain('undefined')
})

it.each([
  ['https://hooks.slack.com/services/T/B/x', 'slack'],
  ['https://discord.com/api/webhooks/1/x', 'discord'],
  ['https://discord.com/developers', 'generic'],
  ['https://chat.googleapis.com/v1/spaces/x/messages?key=1', 'gchat'],
  ['https://open.feishu.cn/open-apis/bot/v2/hook/x', 'feishu'],
  ['https://open.larksuite.com/open-apis/bot/v2/hook/x', 'feishu'],
  ['https://api.eu.opsgenie.com/v2/alerts', 'opsgenie'],
  ['https://api.datadoghq.eu/api/v1/events', 'datadog'],
  ['https://http-inputs-x.splunkcloud.com/services/collector/event', 'splunk'],
  ['https://siem.example/services/collector', 'splunk'],
  ['https://prod-1.westeurope.logic.azure.com/workflows/x', 'msteams'],
  ['https://x.webhook.office.com/webhookb2/x', 'msteams'],
  ['https://hooks.slack.com.attacker.example/x', 'generic'],
  ['https://notdatadoghq.com/x', 'generic'],
])('%s is %s', (address, type) => {
  expect(webhookTypeOf(new URL(address))).toBe(type)
})
