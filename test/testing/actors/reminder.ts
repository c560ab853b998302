/** Reminds somebody of something, later. */

import { type Context, defineActor } from 'rxboss'

type Message =
  | { readonly type: 'remind'; readonly text: string; readonly ms: number }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'fail' }

export default defineActor(import.meta, {
  name: 'reminder',
  behaviour:
    ({ after }: Context<Message>) =>
    (message): string | undefined => {
      if (message.type === 'say') return message.text
      if (message.type === 'fail') throw new Error('told to fail')
      after(message.ms, { type: 'say', text: message.text })
      return undefined
    },
})
