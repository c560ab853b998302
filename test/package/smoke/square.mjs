import { square } from './workers.mjs'

export default square
