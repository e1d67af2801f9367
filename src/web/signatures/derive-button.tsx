// Leads from a capture or an incident to the form that derives a signature from it.
import { FingerprintIcon } from '@phosphor-icons/react/dist/csr/Fingerprint'
import { useNavigate } from '@tanstack/react-router'
import { signatureMessages } from '../messages/signatures.ts'
import { PermittedButton } from '../shell/permitted.tsx'

export function DeriveButton({ from }: { readonly from: { readonly capture: string } | { readonly incident: string } }) {
  const navigate = useNavigate()
  return (
    <PermittedButton
      scope="signatures:write"
      icon={FingerprintIcon}
      onClick={() => void navigate({ to: '/signatures/new', search: { ...from } })}
    >
      {signatureMessages.derive}
    </PermittedButton>
  )
}
