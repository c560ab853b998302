/** Knitting looks for tasks in the module that defines them. `KNITTING` says where it is. */

import { pathToFileURL } from 'node:url'

import * as tasks from '../tasks.mjs'

const { task } = await import(pathToFileURL(process.env.KNITTING).href)

export const noop = task({ f: tasks.noop })
export const echo = task({ f: tasks.echo })
export const cpu = task({ f: tasks.cpu })
export const fatal = task({ f: tasks.fatal })
