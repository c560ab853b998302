import { threads } from '../../src/crew/threads/threads.ts'
import { meetsCrewContract } from './contract.ts'

meetsCrewContract('threads', () => threads(), { elsewhere: true, takesBack: true })

meetsCrewContract('threads without shared memory', () => threads({ sharedMemory: false }), {
  elsewhere: true,
  takesBack: false,
})

meetsCrewContract('threads that look for their next job', () => threads({ spinUs: 2000 }), {
  elsewhere: true,
  takesBack: true,
})
