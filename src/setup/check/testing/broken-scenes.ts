// Broken set-ups, one for each code of the live check, of datagrams that real encoders or hands made.
import type { CheckCode, CheckStepName, RouterCheck } from '../../../contract/router-check.ts'
import { begin, router, type CheckScene } from './check-scene.ts'
import { beginSeconds, goodFields, healthy, made, madeIpfix, without } from './made-datagrams.ts'

export interface BrokenScene {
  readonly code: CheckCode
  readonly step: CheckStepName
  readonly state: 'waiting' | 'warning' | 'failed'
  /** What the sentence must tell. */
  readonly tells: string
  /** What else is found, as a matter of course. */
  readonly also?: readonly CheckCode[]
  readonly play: (scene: CheckScene) => Promise<RouterCheck>
}

/** Opens a check of the registered router, sends, looks. */
async function afterSending(scene: CheckScene, send: () => void, expected: string | null = router): Promise<RouterCheck> {
  const { id } = await scene.open(expected)
  send()
  return await scene.checks.look(1, id)
}

async function look(scene: CheckScene, datagrams: readonly Uint8Array[]): Promise<RouterCheck> {
  scene.register(router)
  return await afterSending(scene, () => scene.send(datagrams))
}

async function strayed(
  scene: CheckScene,
  stray: { reason: 'port' | 'family' | 'blocked'; address: string; port: number },
): Promise<RouterCheck> {
  return await afterSending(scene, () => {
    scene.strays.seen = [{ source: router, protocol: 'netflow9', datagrams: 4, ...stray }]
  })
}

const other = '198.51.100.9'

export const brokenScenes: readonly BrokenScene[] = [
  {
    code: 'nothing_arrives',
    step: 'datagrams',
    state: 'waiting',
    also: ['unregistered'],
    tells: 'Nothing has come from 192.0.2.1',
    play: (scene) =>
      afterSending(scene, () => {
        scene.now += 10_000
      }),
  },
  {
    code: 'wrong_port',
    step: 'datagrams',
    state: 'failed',
    also: ['unregistered'],
    tells: 'to port 9995, where nobody listens (4 datagrams)',
    play: (scene) => strayed(scene, { reason: 'port', address: '192.0.2.100', port: 9995 }),
  },
  {
    code: 'blocked_by_firewall',
    step: 'datagrams',
    state: 'failed',
    also: ['unregistered'],
    tells: "this machine's firewall drops them",
    play: (scene) => strayed(scene, { reason: 'blocked', address: '192.0.2.100', port: 2055 }),
  },
  {
    code: 'ipv6_not_listened',
    step: 'datagrams',
    state: 'failed',
    also: ['unregistered'],
    tells: 'listens for IPv4 only',
    play: (scene) => strayed(scene, { reason: 'family', address: '2001:db8::100', port: 2055 }),
  },
  {
    code: 'other_sender',
    step: 'datagrams',
    state: 'warning',
    also: ['unregistered', 'address_translated'],
    tells: `${other} has begun to send`,
    play: (scene) => afterSending(scene, () => scene.send(healthy('netflow9'), { from: other })),
  },
  {
    code: 'kernel_drops',
    step: 'datagrams',
    state: 'warning',
    also: ['unregistered'],
    tells: 'The kernel dropped 12 datagrams at [::]:2055',
    play: (scene) =>
      afterSending(scene, () => {
        scene.kernelDrops = 12
        scene.send(healthy('netflow9'))
      }),
  },
  {
    code: 'unregistered',
    step: 'registered',
    state: 'failed',
    tells: `${router} is not registered`,
    play: (scene) => afterSending(scene, () => scene.send(healthy('netflow9')), null),
  },
  {
    code: 'registered_elsewhere_family',
    step: 'registered',
    state: 'warning',
    also: ['unregistered'],
    tells: '2001:db8::1 sends by IPv6, while 192.0.2.1 is silent',
    play: (scene) => {
      scene.register(router)
      return afterSending(scene, () => scene.send(healthy('netflow9'), { from: '2001:db8::1' }), null)
    },
  },
  {
    code: 'not_flow_export',
    step: 'decoded',
    state: 'failed',
    tells: 'looks like syslog',
    play: (scene) => look(scene, [Buffer.from('<134>Jun  1 12:00:00 router: link up')]),
  },
  {
    code: 'unsupported_version',
    step: 'decoded',
    state: 'failed',
    tells: 'sends NetFlow v8',
    play: (scene) => look(scene, [Buffer.concat([Buffer.from([0, 8, 0, 3]), Buffer.alloc(60)])]),
  },
  {
    code: 'malformed',
    step: 'decoded',
    state: 'warning',
    tells: '1 damaged part in 4 datagrams',
    play: (scene) =>
      look(scene, [made(), made({ sequence: 1, records: 0 }), made({ sequence: 2, records: 0 }), made({ sequence: 3 }).subarray(0, 60)]),
  },
  {
    code: 'no_template',
    step: 'templates',
    state: 'waiting',
    tells: '1 set of flows waits. Template 300 has not come for',
    play: (scene) => look(scene, [made({ template: false })]),
  },
  {
    code: 'template_changes',
    step: 'templates',
    state: 'warning',
    tells: 'Template 300 changed its fields 3 times',
    play: (scene) =>
      look(
        scene,
        [0, 1, 2, 3].map((sequence) =>
          made({ sequence, values: { port: 1024 + sequence * 100 }, fields: sequence % 2 === 0 ? goodFields : goodFields.toReversed() }),
        ),
      ),
  },
  {
    code: 'no_bytes',
    step: 'fields',
    state: 'failed',
    tells: 'Template 300 has no bytes',
    play: (scene) => look(scene, [made({ fields: without(1) })]),
  },
  {
    code: 'fields_missing',
    step: 'fields',
    state: 'warning',
    tells: 'lack input interface and TCP flags',
    play: (scene) => look(scene, [made({ fields: without(6, 10) })]),
  },
  {
    code: 'duplicate_fields',
    step: 'fields',
    state: 'warning',
    tells: 'has octetDeltaCount more than once',
    play: (scene) => look(scene, [made({ fields: [...goodFields, [1, 4]] })]),
  },
  {
    code: 'vendor_fields',
    step: 'fields',
    state: 'warning',
    also: ['fields_missing'],
    tells: '1 field of the maker (2636:137)',
    play: (scene) => look(scene, [madeIpfix([...without(6), [137, 2, 2636]])]),
  },
  {
    code: 'times_1970',
    step: 'timestamps',
    state: 'failed',
    tells: '100 % of 10 flows begin or end before the year 2000',
    play: (scene) => look(scene, [made({ values: { start: 0, end: 0 } })]),
  },
  {
    code: 'times_reversed',
    step: 'timestamps',
    state: 'warning',
    tells: 'end before they begin',
    play: (scene) => look(scene, [made({ values: { start: begin, end: begin - 60_000 } })]),
  },
  {
    code: 'times_far',
    step: 'timestamps',
    state: 'warning',
    tells: 'one by 3 days behind',
    play: (scene) => look(scene, [made({ values: { start: begin - 259_200_000, end: begin - 259_200_000 } })]),
  },
  {
    code: 'clock_off',
    step: 'clock',
    state: 'failed',
    tells: 'is 1 h ahead of',
    play: (scene) =>
      look(scene, [made({ exportSeconds: beginSeconds + 3600, values: { start: begin + 3_598_000, end: begin + 3_599_000 } })]),
  },
  {
    code: 'sampling_untold',
    step: 'sampling',
    state: 'warning',
    tells: 'does not tell its sampling rate',
    play: async (scene) => {
      const { id } = await look(scene, [made({ fields: without(34) })])
      scene.now += 11_000
      return await scene.checks.look(1, id)
    },
  },
  {
    code: 'sampler_table_missing',
    step: 'sampling',
    state: 'waiting',
    tells: 'name sampler 5, whose rate 192.0.2.1 has not told',
    play: (scene) => look(scene, [made({ fields: [...without(34), [48, 1]] })]),
  },
  {
    code: 'address_translated',
    step: 'address',
    state: 'warning',
    also: ['other_sender', 'unregistered'],
    tells: `${router} was expected, and ${other} came`,
    play: (scene) => afterSending(scene, () => scene.send(healthy('netflow9'), { from: other })),
  },
  {
    code: 'agent_differs',
    step: 'address',
    state: 'warning',
    tells: 'says that it is 10.9.9.9',
    play: (scene) => look(scene, healthy('sflow5', { agent: Uint8Array.of(10, 9, 9, 9) })),
  },
  {
    code: 'many_behind_one',
    step: 'address',
    state: 'warning',
    tells: 'it tells 2 boot times in turns',
    play: (scene) =>
      look(
        scene,
        [0, 1, 2, 3, 4].map((sequence) =>
          made({ sequence, records: 1, uptimeMs: sequence % 2 === 0 ? 86_400_000 : 4_000_000, values: { port: sequence * 100 } }),
        ),
      ),
  },
  {
    code: 'two_protocols',
    step: 'once',
    state: 'failed',
    tells: 'by NetFlow v9 and sFlow v5',
    play: (scene) => look(scene, [...healthy('netflow9'), ...healthy('sflow5')]),
  },
  {
    code: 'told_twice',
    step: 'once',
    state: 'failed',
    tells: 'with another interface or direction',
    play: (scene) => look(scene, [made(), made({ sequence: 1, values: { input: 4 } })]),
  },
  {
    code: 'two_senders',
    step: 'once',
    state: 'failed',
    tells: `came from ${router} and from ${other} alike`,
    play: (scene) => {
      scene.register(router)
      return afterSending(scene, () => {
        scene.send(healthy('netflow9'), { from: other })
        scene.send(healthy('netflow9'))
      })
    },
  },
  {
    code: 'export_lost',
    step: 'graph',
    state: 'warning',
    tells: 'never arrived',
    play: (scene) =>
      look(
        scene,
        healthy('netflow9', { domain: 3 }).concat(
          Array.from({ length: 30 }, (_, index) => Buffer.from(made({ records: 0, sequence: 100 + index * 2 }))),
        ),
      ),
  },
  {
    code: 'not_stored',
    step: 'graph',
    state: 'failed',
    tells: 'and the store has none of them',
    play: async (scene) => {
      const { id } = await look(scene, healthy('netflow9'))
      const [status] = scene.statuses
      if (status !== undefined) scene.status(router, { ledger: { ...status.ledger, records_decoded: 60 } })
      scene.now += 61_000
      return await scene.checks.look(1, id)
    },
  },
]
