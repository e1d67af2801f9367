// Texts of the sign-in page, in Japanese.
import type { PageMessages } from '../catalogue.ts'

export const signInMessages: PageMessages['signIn'] = {
  title: 'サインイン',
  byPassword: 'パスワード',
  bySecret: 'リンク・トークン',
  email: 'メールアドレス',
  emailMissing: 'メールアドレスを入力してください。',
  password: 'パスワード',
  passwordMissing: 'パスワードを入力してください。',
  label: 'APIトークンまたはサインインリンク',
  empty: 'トークンまたはリンクを貼り付けてください。',
  submit: 'サインイン',
  working: 'サインイン中…',
  refused: 'このリンクまたはトークンは無効です',
  refusedFix: 'リンクは一度だけ、24時間以内に使えます。管理者に新しいリンクを依頼するか、Drawbridgeの動作するホストで作成してください。',
  refusedPassword: 'メールアドレスまたはパスワードが違います',
  refusedPasswordFix: '忘れた場合は、管理者が「設定」の「メンバー」でサインインリンクを作成できます。',
  limited: '試行回数が多すぎます',
  limitedFix: '数秒待ってから再試行してください。',
  help: 'パスワード、リンク、トークンがない場合は、Drawbridgeの動作するホストでトークンを作成してください：',
  tokenCommand: './bin/drawbridge token create',

  invited: 'サインインリンクを受け取りました',
  invitedIntro: 'リンクは一度だけ使えます。ボタンを押すと、このブラウザーでサインインします。',

  first: {
    title: 'パスワードの設定',
    intro: 'リンクは使用済みになりました。パスワードがあれば、次回からどのブラウザーでもサインインできます。',
    password: '新しいパスワード',
    submit: 'パスワードを設定',
    later: '後で',
    laterHint: '「設定」の「本人」でも設定できます。',
  },
}
