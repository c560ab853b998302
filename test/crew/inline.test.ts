import { inline } from '../../src/crew/inline.ts'
import { meetsCrewContract } from './contract.ts'

meetsCrewContract('inline', () => inline(), { elsewhere: false, takesBack: true })
