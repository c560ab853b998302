/** The last resort: what nobody observes, and must not be lost in silence, is a line on stderr (in a page: on its console). */

export function lastResort(text: string): void {
  // biome-ignore lint/suspicious/noConsole: there is nobody else to tell
  console.error(`rxboss: ${text}`)
}
