// Captures with real parts: a server, three edges with an agent, nftables and tcpdump each, and a bucket. One lab for all of it.
import { afterAll, beforeAll, describe } from 'vitest'

import { needs } from '../requirements.ts'
import { articleCases } from './article-cases.ts'
import { blockingCases } from './blocking-cases.ts'
import { bucketCases } from './bucket-cases.ts'
import { cleanUpCases } from './clean-up-cases.ts'
import { captureNeeds, EdgeLab } from './edge-lab.ts'

const skip = needs({ ...captureNeeds, commands: [...captureNeeds.commands, 'tshark', 'capinfos', 'curl'] })

describe.skipIf(skip !== undefined)('packet captures', () => {
  const lab = new EdgeLab({ captures: { max_running_full: 3 }, firewall: { count_seconds: 1 } })
  beforeAll(async () => await lab.start())
  afterAll(async () => await lab.stop())

  articleCases(lab)
  bucketCases(lab)
  blockingCases(lab)
  // Last: it kills what the others need.
  cleanUpCases(lab)
})
