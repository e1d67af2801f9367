// Lines that belong together, as they are pasted, or each with what it does.
import type { ConfigLine, ConfigPart } from '../../contract/router-config.ts'
import { guideText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { partText } from './config-text.ts'
import { CopyButton } from './copy-button.tsx'
import { Prose } from './prose.tsx'

const text = setUpMessages.paste
const ground = 'rounded-lg bg-kumo-recessed text-sm text-kumo-default ring ring-kumo-hairline'

/** Lines of a file may be empty or repeat, and their order never changes while they are shown: the place is the key. */
const numbered = (lines: readonly ConfigLine[]) => lines.map((line, place) => ({ ...line, key: `${place} ${line.text}` }))

function Explained({ lines, name }: { readonly lines: readonly ConfigLine[]; readonly name: string }) {
  return (
    <ol aria-label={name} className={`flex flex-col ${ground}`}>
      {numbered(lines).map(({ key, text, why }) => (
        <li
          key={key}
          className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-0.5 border-t border-kumo-hairline px-3 py-1.5 first:border-t-0 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
        >
          <code className="min-h-5 font-mono break-words whitespace-pre-wrap">{text}</code>
          {why !== '' && (
            <span className="text-kumo-subtle">
              <Prose>{guideText(why)}</Prose>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

/** What is clicked cannot be pasted: its reasons are always there. */
function Clicks({ lines, name }: { readonly lines: readonly ConfigLine[]; readonly name: string }) {
  return (
    <ol aria-label={name} className={`flex list-decimal flex-col gap-1.5 py-3 pr-3 pl-8 ${ground}`}>
      {numbered(lines).map(({ key, text, why }) => (
        <li key={key}>
          <Prose>{guideText(text)}</Prose>{' '}
          {why !== '' && (
            <span className="text-kumo-subtle">
              <Prose>{guideText(why)}</Prose>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

interface ConfigPartViewProps {
  readonly part: ConfigPart
  readonly explain: boolean
}

export function ConfigPartView({ part, explain }: ConfigPartViewProps) {
  const { kind, lines } = part
  const title = guideText(part.title)
  const where = kind === 'file' ? part.where : guideText(part.where)
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <div className="flex items-end justify-between gap-3">
        <div className="flex min-w-0 flex-col">
          <h3 className="text-base font-medium text-kumo-default">{title}</h3>
          <p className="text-sm break-words text-kumo-subtle">{text.kinds[kind](where)}</p>
        </div>
        {kind !== 'clicks' && <CopyButton text={partText(part)} label={text.copy} name={text.copyOf(title)} />}
      </div>
      {kind === 'clicks' ? (
        <Clicks lines={lines} name={title} />
      ) : explain ? (
        <Explained lines={lines} name={title} />
      ) : (
        <pre className={`p-3 font-mono break-words whitespace-pre-wrap ${ground}`}>{partText(part)}</pre>
      )}
    </section>
  )
}
