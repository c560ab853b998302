/** `rxboss/programs`: workers in any language. */

export { defineProgram, type ProgramCommand, type ProgramSpec } from '../crew/programs/define-program.ts'
export type { NdArray, NumberArray } from '../crew/programs/npy.ts'
export { type ProgramsOptions, programs } from '../crew/programs/programs.ts'
