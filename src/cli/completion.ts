export const completionScript = (_p: unknown, _s: string) => ''
