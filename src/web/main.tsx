// Starts the dashboard in the page.
import './app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Toasty } from '@cloudflare/kumo/components/toast'
import { TooltipProvider } from '@cloudflare/kumo/components/tooltip'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/client.ts'
import { messages } from './messages.ts'
import { currentLanguage } from './messages/language.ts'
import { createDashboardRouter, goToSignIn } from './router.tsx'
import { ThemeProvider } from './shell/theme.tsx'
import { followClock } from './view/clock.ts'

document.documentElement.lang = currentLanguage()
followClock(messages.locale)

const element = document.querySelector('#app')
if (element === null) throw new Error('index.html has no #app')

const router = createDashboardRouter()
const client = createQueryClient(() => goToSignIn(router))

createRoot(element).render(
  <StrictMode>
    <ThemeProvider>
      <QueryClientProvider client={client}>
        <TooltipProvider>
          <Toasty>
            <RouterProvider router={router} />
          </Toasty>
        </TooltipProvider>
      </QueryClientProvider>
    </ThemeProvider>
  </StrictMode>,
)
