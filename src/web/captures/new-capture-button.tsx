// Leads to the form of a new capture.
import { RecordIcon } from '@phosphor-icons/react/dist/csr/Record'
import { useNavigate } from '@tanstack/react-router'
import { captureMessages } from '../messages/captures.ts'
import { PermittedButton } from '../shell/permitted.tsx'

export function NewCaptureButton() {
  const navigate = useNavigate()
  return (
    <PermittedButton scope="captures:write" icon={RecordIcon} variant="primary" onClick={() => void navigate({ to: '/captures/new' })}>
      {captureMessages.start}
    </PermittedButton>
  )
}
