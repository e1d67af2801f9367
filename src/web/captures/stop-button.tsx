// Stops a capture that runs; what it has until then is kept.
import { StopIcon } from '@phosphor-icons/react/dist/csr/Stop'
import type { Capture } from '../../contract/capture.ts'
import { stopCapture } from '../api/capture-actions.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { filterName, isOver } from '../view/capture-view.ts'
import { useCaptureActions } from './use-capture-actions.ts'

const text = captureMessages.now

interface StopButtonProps {
  readonly capture: Capture
  readonly size?: 'sm' | 'base'
}

/** Nothing where there is nothing to stop. */
export function StopButton({ capture, size = 'base' }: StopButtonProps) {
  const account = useAccount()
  const actions = useCaptureActions()
  if (isOver(capture)) return null
  const stop = () => actions.start({ run: () => stopCapture(account, capture.id), title: text.stopped, description: text.stoppedDetail })
  return (
    <PermittedButton
      scope="captures:write"
      size={size}
      icon={StopIcon}
      loading={actions.pending}
      disabled={capture.stop_requested !== null}
      aria-label={text.stopOf(filterName(capture))}
      onClick={stop}
    >
      {text.stop}
    </PermittedButton>
  )
}
