// What somebody may not do stands there disabled and says why, so that no form ends in a refusal.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button, type ButtonProps } from '@cloudflare/kumo/components/button'
import { Tooltip } from '@cloudflare/kumo/components/tooltip'
import { LockSimpleIcon } from '@phosphor-icons/react/dist/csr/LockSimple'
import type { ReactNode } from 'react'
import type { Scope } from '../../contract/scopes.ts'
import { messages } from '../messages.ts'
import { useMay } from './use-may.ts'

/** Why it may not be done; undefined where it may, and while that is not known. */
export function useRefusal(scope: Scope): string | undefined {
  return useMay(scope) === false ? messages.failure.forbiddenFix(scope) : undefined
}

interface PermittedProps {
  readonly scope: Scope
  readonly children: ReactNode
}

/** Only for those who may use it: menus of a row, links inside of a text. What everybody looks for stays, with its reason. */
export function Permitted({ scope, children }: PermittedProps) {
  return useMay(scope) === false ? null : children
}

/** A button that is there for everybody, and says what is missing where somebody may not use it. */
export function PermittedButton({ scope, ...button }: ButtonProps & { readonly scope: Scope }) {
  const refusal = useRefusal(scope)
  if (refusal === undefined) return <Button {...button} />
  const { onClick: _, type: __, disabled: ___, loading: ____, className = '', ...looks } = button
  // Not `disabled`: the reason has to be found with the keyboard too.
  return (
    <Tooltip
      content={refusal}
      render={
        <Button
          {...looks}
          type="button"
          aria-disabled
          aria-description={refusal}
          className={`cursor-not-allowed opacity-60 ${className}`}
        />
      }
    >
      {button.children}
    </Tooltip>
  )
}

/** Says at the top of a form that it can only be looked at. */
export function RefusalNotice({ scope }: Pick<PermittedProps, 'scope'>) {
  const refusal = useRefusal(scope)
  if (refusal === undefined) return null
  return <Banner icon={<LockSimpleIcon weight="bold" aria-hidden />} title={messages.failure.forbidden} description={refusal} />
}

/** A form that is of no use without the permission: the reason stands in its place. */
export function PermittedPart({ scope, children }: PermittedProps) {
  return useMay(scope) === false ? <RefusalNotice scope={scope} /> : children
}
