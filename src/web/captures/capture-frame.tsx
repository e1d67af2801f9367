// What the pages about captures begin with: title, what they are for, the button that starts one, and the parts.
import type { ReactNode } from 'react'
import { captureMessages } from '../messages/captures.ts'
import { SectionFrame, type SectionPart } from '../shell/section-frame.tsx'
import { NewCaptureButton } from './new-capture-button.tsx'

const text = captureMessages
const parts: readonly SectionPart[] = [
  { to: '/captures', name: text.sections.captures },
  { to: '/agents', name: text.sections.agents },
  { to: '/captures/buckets', name: text.sections.buckets },
]

export function CaptureFrame({ children }: { readonly children: ReactNode }) {
  return (
    <SectionFrame title={text.title} intro={text.intro} label={text.sections.label} parts={parts} actions={<NewCaptureButton />}>
      {children}
    </SectionFrame>
  )
}
