// Leads to the form of a new capture.
import { Button } from '@cloudflare/kumo/components/button'
import { RecordIcon } from '@phosphor-icons/react/dist/csr/Record'
import { useNavigate } from '@tanstack/react-router'
import { captureMessages } from '../messages/captures.ts'

export function NewCaptureButton() {
  const navigate = useNavigate()
  return (
    <Button icon={RecordIcon} variant="primary" onClick={() => void navigate({ to: '/captures/new' })}>
      {captureMessages.start}
    </Button>
  )
}
