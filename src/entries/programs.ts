/** `rxboss/programs`: workers in any language. */

export { mixed } from '../crew/mixed.ts'
export {
  type CheckProgramOptions,
  checkProgram,
  type ProgramVerdict,
} from '../crew/programs/check-program.ts'
export { defineProgram, type ProgramCommand, type ProgramSpec } from '../crew/programs/define-program.ts'
export { helperFile } from '../crew/programs/helpers-folder.ts'
export type { NdArray, NumberArray } from '../crew/programs/npy.ts'
export { type ProgramsOptions, programs } from '../crew/programs/programs.ts'
export { programsIn } from '../crew/programs/programs-in.ts'
