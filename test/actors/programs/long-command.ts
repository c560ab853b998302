/** Runs a command that sleeps, and is killed meanwhile. Its pids are written to the file that the first argument names. */

import shell from '../../../actors/shell.ts'
import { Boss, threads } from '../../../src/index.ts'

const [, , pids = ''] = process.argv
const boss = new Boss({ workers: shell, crew: threads() })
const command = 'cat > /dev/null; sleep 600 & echo $$ $! > "$1.part"; mv "$1.part" "$1"; wait'
boss.give({ command, shell: true, args: [pids] })
boss.makeThemWork()
await boss.waitTillFinished()
