export const manualPage = (_p: unknown, _v: string) => ''
