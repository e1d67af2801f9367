// Scopes to choose one by one, in groups; what comes along with others is marked and cannot be taken away alone.
import { Checkbox } from '@cloudflare/kumo/components/checkbox'
import { hasScope, type Scope } from '../../contract/scopes.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { comesAlong, groupNames, mayGive, scopeGroups } from './token-form.ts'

const text = tokenMessages

interface ScopeFieldProps {
  readonly chosen: readonly Scope[]
  /** Those that may be given away. */
  readonly own: readonly Scope[]
  readonly missing: boolean
  readonly onChange: (chosen: readonly Scope[]) => void
}

function ScopeChoice({ scope, chosen, own, onChange }: Omit<ScopeFieldProps, 'missing'> & { readonly scope: Scope }) {
  const beyond = !mayGive(own, [scope])
  const without = chosen.filter((other) => other !== scope)
  return (
    <Checkbox
      label={
        <span className="flex min-w-0 flex-col">
          <span className="font-mono text-sm">{scope}</span>
          <span className="text-sm font-normal text-kumo-subtle">{beyond ? text.mint.beyond : text.scopes[scope]}</span>
        </span>
      }
      disabled={beyond || comesAlong(chosen, scope)}
      checked={hasScope(chosen, scope)}
      onCheckedChange={(checked) => onChange(checked ? [...without, scope] : without)}
    />
  )
}

export function ScopeField({ chosen, own, missing, onChange }: ScopeFieldProps) {
  return (
    <div className="flex flex-col gap-4">
      {groupNames.map((group) => (
        <fieldset key={group} className="flex flex-col gap-2.5">
          <legend className="mb-2 text-base font-medium text-kumo-default">{text.mint.groups[group]}</legend>
          {scopeGroups[group].map((scope) => (
            <ScopeChoice key={scope} scope={scope} chosen={chosen} own={own} onChange={onChange} />
          ))}
        </fieldset>
      ))}
      {missing && (
        <p role="alert" className="text-sm text-kumo-danger">
          {text.mint.scopesMissing}
        </p>
      )}
    </div>
  )
}
