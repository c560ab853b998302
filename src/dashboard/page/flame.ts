/** A CPU profile as a flame graph: who called whom, as wide as it took; and the functions that took most, in words. */

import type { CpuProfile } from '../../inspect/profile.ts'
import { h } from './dom.ts'
import { percent } from './words.ts'

/** A function in its place. Microseconds. */
interface Frame {
  readonly name: string
  readonly where: string
  readonly children: Frame[]
  self: number
  total: number
}

const narrowest = 0.004
const deepest = 60
const shownInWords = 8

/** @param words  what was profiled */
export function flame(profile: CpuProfile, words: string): HTMLElement {
  const root = framesOf(profile)
  const graph = h('div', { class: 'flame', role: 'img', 'aria-label': `Flame graph: ${inWords(root)}` })
  draw(graph, { frame: root, left: 0, width: 1, depth: 0 }, Math.max(1, root.total))
  const file = URL.createObjectURL(new Blob([JSON.stringify(profile)], { type: 'application/json' }))
  const name = `${words.replace(/[^\w.-]+/g, '-')}.cpuprofile`
  return h(
    'figure',
    { class: 'profile' },
    h(
      'figcaption',
      {},
      `${words}. Most of the time in: ${inWords(root)}. `,
      h('a', { href: file, download: name }, name),
    ),
    graph,
  )
}

function framesOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Frame {
  const frames = new Map<number, Frame>(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      {
        name: functionName || '(anonymous)',
        where: url === '' ? '' : `${url}:${lineNumber + 1}`,
        children: [],
        self: 0,
        total: 0,
      },
    ]),
  )
  for (const { id, children = [] } of nodes)
    for (const child of children) frames.get(id)?.children.push(frames.get(child) as Frame)
  samples.forEach((id, i) => {
    const frame = frames.get(id)
    if (frame !== undefined) frame.self += Math.max(0, timeDeltas[i] ?? 0)
  })
  const root = frames.get(nodes[0]?.id ?? 0) ?? {
    name: '(nothing)',
    where: '',
    children: [],
    self: 0,
    total: 0,
  }
  sum(root)
  return root
}

function sum(frame: Frame): number {
  frame.total = frame.self + frame.children.reduce((all, child) => all + sum(child), 0)
  return frame.total
}

interface Box {
  readonly frame: Frame
  /** Parts of the whole. */
  readonly left: number
  readonly width: number
  readonly depth: number
}

function draw(graph: HTMLElement, { frame, left, width, depth }: Box, whole: number): void {
  if (width < narrowest || depth > deepest) return
  const title = `${frame.name} ${frame.where}\n${percent(frame.total / whole)} of the time, ${percent(frame.self / whole)} in itself`
  const box = h('span', { title }, frame.name)
  box.style.left = `${100 * left}%`
  box.style.width = `${100 * width}%`
  box.style.top = `${20 * depth}px`
  graph.append(box)
  graph.style.height = `${Math.max(Number.parseInt(graph.style.height || '0', 10), 20 * (depth + 1))}px`
  let at = left
  for (const child of [...frame.children].sort((a, b) => b.total - a.total)) {
    const wide = child.total / whole
    draw(graph, { frame: child, left: at, width: wide, depth: depth + 1 }, whole)
    at += wide
  }
}

/** The functions that took most of the time themselves. */
function inWords(root: Frame): string {
  const selfs = new Map<string, number>()
  const visit = (frame: Frame) => {
    if (frame.self > 0) selfs.set(frame.name, (selfs.get(frame.name) ?? 0) + frame.self)
    frame.children.forEach(visit)
  }
  visit(root)
  const most = [...selfs].sort(([, a], [, b]) => b - a).slice(0, shownInWords)
  return (
    most.map(([name, self]) => `${name} ${percent(self / Math.max(1, root.total))}`).join(', ') || 'nothing'
  )
}
