// What stands where nothing can be captured yet: the first step is to enrol an agent.
import { Empty } from '@cloudflare/kumo/components/empty'
import { HardDrivesIcon } from '@phosphor-icons/react/dist/csr/HardDrives'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { captureMessages } from '../messages/captures.ts'
import { CopyCommand } from '../shell/copy-command.tsx'
import { PermittedButton } from '../shell/permitted.tsx'

const text = captureMessages.noAgents

export function NoAgents({ onEnrol }: { readonly onEnrol: () => void }) {
  return (
    <Empty
      icon={<HardDrivesIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.title}
      description={text.detail}
      contents={
        <div className="flex max-w-full flex-col items-center gap-4">
          <PermittedButton scope="agents:write" variant="primary" icon={PlusIcon} onClick={onEnrol}>
            {text.enrol}
          </PermittedButton>
          <div className="flex max-w-full flex-col items-center gap-1.5 text-sm text-kumo-subtle">
            <span>{text.local}</span>
            <CopyCommand command={text.localCommand} />
          </div>
        </div>
      }
    />
  )
}
