// A switch with a sentence that says what it does.
import { Switch } from '@cloudflare/kumo/components/switch'

interface SwitchFieldProps {
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function SwitchField({ label, hint, checked, onChange }: SwitchFieldProps) {
  return (
    <div className="flex flex-col gap-1">
      <Switch label={label} checked={checked} onCheckedChange={onChange} />
      <p className="text-sm text-kumo-subtle">{hint}</p>
    </div>
  )
}
