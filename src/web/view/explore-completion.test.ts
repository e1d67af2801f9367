import { describe, expect, it } from 'vitest'
import { completed, fittingCandidates } from './explore-completion.ts'

const candidate = (text: string) => ({ text, description: '', kind: 'field' as const })
const completion = { from: 8, to: 10, candidates: ['dst', 'dst_port', 'dst_as'].map(candidate), asked: { text: 'src and ds', at: 10 } }
const texts = (text: string, at = text.length) => fittingCandidates(completion, { text, at }).map((one) => one.text)

describe('candidates', () => {
  it('are all of those that were told for this text', () => {
    expect(texts('src and ds')).toEqual(['dst', 'dst_port', 'dst_as'])
    expect(fittingCandidates(undefined, { text: '', at: 0 })).toEqual([])
  })

  it('stay while what is typed goes on as they do', () => {
    expect(texts('src and dst_')).toEqual(['dst_port', 'dst_as'])
    expect(texts('src and dst_p')).toEqual(['dst_port'])
  })

  it('go with another text, another place, and what was deleted', () => {
    expect(texts('dst and dst_')).toEqual([])
    expect(texts('src and d')).toEqual([])
    expect(texts('src and ds', 3)).toEqual([])
  })

  it('replace what was typed of them, with a space behind', () => {
    expect(completed(completion, { text: 'src and dst_p', at: 13 }, 'dst_port')).toEqual({ text: 'src and dst_port ', at: 17 })
  })

  it('leave what stands behind the cursor', () => {
    const inside = { ...completion, asked: { text: 'src and ds and proto 6', at: 10 } }
    expect(completed(inside, { text: 'src and ds and proto 6', at: 10 }, 'dst')).toEqual({ text: 'src and dst and proto 6', at: 12 })
  })
})
