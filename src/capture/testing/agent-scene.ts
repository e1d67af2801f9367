// Agents beside a hub scene, with scripted captures and short waits: for tests.
import { agentConfigSchema, type AgentConfigInput } from '../../contract/agent-config.ts'
import { Agent, type AgentTuning } from '../agent/agent.ts'
import { silent, someFacts, type HubScene } from './hub-scene.ts'
import { ScriptedCapture } from './scripted-capture.ts'
import { ScriptedFirewall } from './scripted-firewall.ts'

export interface SceneAgent {
  readonly id: string
  readonly agent: Agent
  /** Captures in the order in which they were begun. */
  readonly captures: ScriptedCapture[]
  readonly firewall: ScriptedFirewall
}

const shortWaits = { firstBackoffMs: 20, longestBackoffMs: 100, refusedBackoffMs: 200, silentMs: 20_000 }

export async function enrolledAgent(
  scene: HubScene,
  name: string,
  { tuning, ...config }: { tuning?: AgentTuning } & Partial<AgentConfigInput> = {},
): Promise<SceneAgent> {
  const { id, token } = await scene.agent(name)
  return sceneAgent(id, { server: scene.url, token, ...config }, tuning)
}

export function sceneAgent(id: string, config: AgentConfigInput, tuning: AgentTuning = {}): SceneAgent {
  const captures: ScriptedCapture[] = []
  const firewall = new ScriptedFirewall()
  const agent = new Agent(
    agentConfigSchema.parse(config),
    {
      makeCapture: (job, sink) => {
        const capture = new ScriptedCapture(job, sink)
        captures.push(capture)
        return capture
      },
      openSink: () => {
        throw new Error('there are no buckets here')
      },
      firewall,
      facts: async () => someFacts,
      log: silent,
    },
    { ...tuning, link: { ...shortWaits, ...tuning.link } },
  )
  return { id, agent, captures, firewall }
}
