/**
 * Under which names a server may be asked for. Names of this machine itself are always right, on any port: a tunnel
 * (`ssh -L 9000:...`) has a port of its own, and no name that somebody else owns can lead to them.
 */

import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

/** Whether only programs of this machine reach an address. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|::1|\[::1\]|(.+\.)?localhost)$/i.test(host)

const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === ''

export class HostNames {
  /** The name to be shown: one that leads here, from as far away as it may. */
  readonly shown: string
  readonly #names: ReadonlySet<string>

  /** @param host  where it listens */
  constructor(host: string, allowed: readonly string[]) {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
    const far = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address
    this.shown = isEverywhere(host) ? (far ?? '127.0.0.1') : inUrl(host)
    const everywhere = [host, hostname(), ...addresses.map(({ address }) => address)].map(inUrl)
    const names = [...(isEverywhere(host) ? everywhere : [inUrl(host)]), ...allowed]
    this.#names = new Set(names.map(name => name.toLowerCase()))
  }

  /** @param asked  a `Host` header */
  has(asked: string): boolean {
    const lower = asked.toLowerCase()
    const name = lower.replace(/:\d+$/, '').replace(/\.$/, '')
    return isLoopback(name) || this.#names.has(name) || this.#names.has(lower)
  }
}

const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)
