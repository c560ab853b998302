/** `rxboss/processes`: workers in child processes. */

export { type ProcessesOptions, processes } from '../crew/processes/processes.ts'
