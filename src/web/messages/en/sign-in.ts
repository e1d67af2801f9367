// Texts of the sign-in page. Part of the catalogue, loaded with the page.
export const signInMessages = {
  title: 'Sign in',
  byPassword: 'E-mail and password',
  bySecret: 'Link or token',
  email: 'E-mail address',
  emailMissing: 'Type your e-mail address.',
  password: 'Password',
  passwordMissing: 'Type your password.',
  label: 'API token or sign-in link',
  empty: 'Paste a token or a link first.',
  submit: 'Sign in',
  working: 'Signing in…',
  refused: 'This link or token is not valid',
  refusedFix: 'A link works once and for 24 hours. Ask an administrator for a new one, or make one where Drawbridge runs.',
  refusedPassword: 'E-mail address or password is wrong',
  refusedPasswordFix: 'Forgotten? An administrator can make you a sign-in link under Settings, People.',
  limited: 'Too many attempts',
  limitedFix: 'Wait a few seconds, then try again.',
  help: 'No password, link or token? Make a token where Drawbridge runs:',
  tokenCommand: './bin/drawbridge token create',

  invited: 'You have a sign-in link',
  invitedIntro: 'It works once. Press the button, and this browser is signed in.',

  first: {
    title: 'Set a password',
    intro: 'Your link is used up. With a password you can sign in again, from any browser.',
    password: 'New password',
    submit: 'Set password',
    later: 'Later',
    laterHint: 'You find it under Settings, You.',
  },
} as const
