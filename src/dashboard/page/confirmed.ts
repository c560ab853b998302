/** A question in the page itself: it can be answered by keyboard, and tested. The answer that changes nothing is at hand. */

import { h } from './dom.ts'

/** @param verb  what is done, on its button */
export function confirmed(question: string, verb: string): Promise<boolean> {
  return new Promise(resolve => {
    const no = h('button', { value: 'no' }, 'Go on as it is')
    const dialog = h(
      'dialog',
      { class: 'question', 'aria-label': verb },
      h('p', {}, question.trim()),
      h('form', { method: 'dialog' }, h('button', { value: 'yes', class: 'strong' }, verb), no),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
    no.focus()
  })
}
