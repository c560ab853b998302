export const describeWorkers = async (_t: string | undefined, _o: { json?: boolean }) => ''
