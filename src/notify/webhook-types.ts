// The formats of webhooks, and which one an address asks for.
import { datadog } from './channels/datadog.ts'
import { discord } from './channels/discord.ts'
import { feishu } from './channels/feishu.ts'
import { gchat } from './channels/gchat.ts'
import { generic } from './channels/generic.ts'
import { msteams } from './channels/msteams.ts'
import { opsgenie } from './channels/opsgenie.ts'
import { slack } from './channels/slack.ts'
import { splunk } from './channels/splunk.ts'
import type { WebhookChannel } from './webhook-channel.ts'

/** `msteams` is ours; the others are the original's (contract §5.2). */
export const webhookChannels = { datadog, discord, feishu, gchat, generic, msteams, opsgenie, slack, splunk } as const satisfies Record<
  string,
  WebhookChannel
>
export type WebhookType = keyof typeof webhookChannels
export const webhookTypes = Object.keys(webhookChannels) as readonly WebhookType[]

/** Hosts by their end, and a path where the host serves other things too. */
const addresses: readonly (readonly [WebhookType, RegExp, RegExp?])[] = [
  ['slack', /^hooks\.slack(?:-gov)?\.com$/],
  ['discord', /(?:^|\.)discord(?:app)?\.com$/, /^\/api\/(?:v\d+\/)?webhooks\//],
  ['gchat', /^chat\.googleapis\.com$/],
  ['feishu', /^open\.(?:feishu\.cn|larksuite\.com)$/],
  ['opsgenie', /^api(?:\.eu)?\.opsgenie\.com$/],
  ['datadog', /(?:^|\.)(?:datadoghq\.(?:com|eu)|ddog-gov\.com)$/],
  ['msteams', /(?:^|\.)(?:webhook\.office\.com|logic\.azure\.com|api\.powerplatform\.com)$/],
  ['splunk', /(?:^|\.)splunkcloud\.com$/],
  // A collector of one's own is known by its path.
  ['splunk', /./, /^\/services\/collector(?:\/|$)/],
]

export function webhookTypeOf({ hostname, pathname }: URL): WebhookType {
  return addresses.find(([, host, path]) => host.test(hostname) && (!path || path.test(pathname)))?.[0] ?? 'generic'
}
