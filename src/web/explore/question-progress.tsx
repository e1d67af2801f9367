// How far a question is that takes its time, with a way to stop it.
import { Button } from '@cloudflare/kumo/components/button'
import { Meter } from '@cloudflare/kumo/components/meter'
import { cancelQuestion } from '../api/flow-question-actions.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { useActions } from '../shell/use-actions.ts'
import { formatSi } from '../view/units.ts'
import type { AnswerSource } from './use-answer.ts'

const text = exploreMessages.progress
const count = (rows: number) => formatSi(rows, '').trim()

function progressText(running: AnswerSource['running']): string {
  if (running === undefined) return text.unknown
  const { rows_read: read, rows_to_read: all } = running
  return all > 0 ? text.rowsOf(count(read), count(all)) : text.rows(count(read))
}

export function QuestionProgress({ source }: { readonly source: AnswerSource }) {
  const account = useAccount()
  const { start, pending } = useActions(exploreMessages, [])
  const { running, id } = source
  const share = running?.progress ?? 0
  return (
    <div className="flex flex-wrap items-end gap-4">
      <Meter className="min-w-48 grow" label={text.label} value={share * 100} customValue={progressText(running)} />
      <Button loading={pending} onClick={() => start({ run: () => cancelQuestion(account, id) })}>
        {text.cancel}
      </Button>
    </div>
  )
}
